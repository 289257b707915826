/// Where parts come from when no faster tier has them: the database.
public protocol PartSource: Sendable {
  /// What one part is.
  associatedtype Part: Sendable

  /// The current revision of every part; cheap enough to be asked several times a second.
  func manifest() async throws -> Manifest

  /// Every part that differs from `known`, with the manifest, read in one snapshot.
  ///
  /// - Parameter known: what the caller holds; nil for nothing.
  /// - Throws: when anything is missing; a source never returns fewer parts than there are.
  func load(changedSince known: Manifest?) async throws -> PartDelta<Part>
}
