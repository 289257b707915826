/// The name of a part: the unit that is loaded, shared and replaced as a whole.
public struct PartID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The name as text.
  public let text: String

  /// A name; the caller has checked that it may be part of a key.
  public init(_ text: String) { self.text = text }

  /// The name as text.
  public var description: String { text }

  /// Order of the UTF-8 bytes.
  public static func < (left: PartID, right: PartID) -> Bool { left.text < right.text }
}

/// A number that the database raises in the same transaction as any change to a part. It only ever goes up.
public struct Revision: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number.
  public let number: Int64

  /// Before any change.
  public static let zero = Revision(0)

  /// A revision by its number.
  public init(_ number: Int64) { self.number = number }

  /// The number as text.
  public var description: String { String(number) }

  /// Earlier before later.
  public static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
}

/// The current revision of every part, in one lifetime of the data.
public struct Manifest: Sendable, Hashable {
  /// Names this lifetime of the data. Revisions of different lifetimes cannot be compared: a database that was replaced
  /// by another starts counting anew.
  public let lifetime: String
  /// The revision of every part that has ever existed.
  public let revisions: [PartID: Revision]
  /// A short name of this exact state, safe in headers and addresses: the sum of the revisions, which grows with every
  /// change, and a 64-bit digest of lifetime, names and revisions.
  public let version: String

  /// A manifest of these revisions.
  public init(lifetime: String, revisions: [PartID: Revision]) {
    self.lifetime = lifetime
    self.revisions = revisions
    var digest = FNV1a()
    digest.combine(closing: lifetime)
    var sum: Int64 = 0
    for (part, revision) in revisions.sorted(by: { $0.key < $1.key }) {
      digest.combine(closing: part.text)
      digest.combine(closing: revision.description)
      sum &+= revision.number
    }
    self.version = "\(sum)-\(digest.hexadecimal)"
  }

  /// The parts whose revision here differs from the one in `other`, all if the lifetimes differ.
  public func parts(differingFrom other: Manifest?) -> Set<PartID> {
    guard let other, other.lifetime == lifetime else { return Set(revisions.keys) }
    return Set(revisions.lazy.filter { other.revisions[$0.key] != $0.value }.map(\.key))
  }
}

/// The parts that differ from what a worker holds, with the manifest that was read in the same snapshot.
public struct PartDelta<Part: Sendable>: Sendable {
  /// The state that the parts belong to.
  public let manifest: Manifest
  /// The parts that differ.
  public let parts: [PartID: Part]

  /// A delta.
  public init(manifest: Manifest, parts: [PartID: Part]) {
    self.manifest = manifest
    self.parts = parts
  }
}
