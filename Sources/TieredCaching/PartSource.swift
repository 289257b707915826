/// Where parts come from when no faster tier has them: the database.
public protocol PartSource: Sendable {
  /// What one part is.
  associatedtype Part: Sendable

  /// The current revision of every part; cheap enough to be asked several times a second.
  func manifest() async throws -> Manifest

  /// Every part that differs from `known`, with the manifest, read in one snapshot.
  ///
  /// - Parameters:
  ///   - known: what the caller holds; nil for nothing.
  ///   - wanted: a state that is known to have been reached; a copy of the database that has not reached it is not read.
  /// - Throws: when anything is missing; a source never returns fewer parts than there are.
  func load(changedSince known: Manifest?, atLeast wanted: Manifest) async throws -> PartDelta<Part>

  /// Calls `changed` whenever the database says of itself that something may have changed, until the task is cancelled.
  /// Losing that costs time, never truth.
  func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async

  /// How many things are in a part, for the log.
  func itemCount(of part: Part) -> Int

  /// The bytes of a part for the shared tier.
  func encode(_ part: Part) throws -> [UInt8]

  /// The part that these bytes are.
  ///
  /// - Throws: when they are not a whole part; the worker then gets it elsewhere.
  func decode(_ bytes: [UInt8], of part: PartID, label: PartLabel) throws -> Part
}

/// What a database says of itself unasked.
public enum ChangeNotice: Sendable, Hashable {
  /// A part has reached a revision.
  case raised(PartID, Revision)
  /// Changes may have been missed: somebody has to look.
  case unknown
}
