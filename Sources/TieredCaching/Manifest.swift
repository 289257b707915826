/// The state of every part in one lifetime of the data: what "the catalog version" is made of.
///
/// The states of one database follow each other: of two manifests of a lifetime, one has no revision that is lower than
/// in the other. Manifests are therefore merged by taking the higher revision of each part, and only ever travel whole:
/// a merge of whole states is again a state that the database had, never a mix of two.
public struct Manifest: Sendable, Hashable {
  /// Names this lifetime of the data. Revisions of different lifetimes cannot be compared: a database that was replaced
  /// by another starts counting anew.
  public let lifetime: String
  /// The revision of every part that has ever existed.
  public let revisions: [PartID: Revision]
  /// The revision below which a part may not be served, even when nothing better can be had; only for parts that were
  /// purged.
  public let floors: [PartID: Revision]
  /// The tokens of parts whose content was cached by hand.
  public let overrides: [PartID: String]
  /// A manifest of these revisions.
  public init(
    lifetime: String, revisions: [PartID: Revision], floors: [PartID: Revision] = [:], overrides: [PartID: String] = [:]
  ) {
    self.lifetime = lifetime
    self.revisions = revisions
    self.floors = floors
    self.overrides = overrides
  }

  /// A short name of this exact state, safe in headers and addresses: the sum of the revisions, which grows with every
  /// change, and a 64-bit digest of lifetime, names, revisions and overrides. Computed anew each time.
  public var version: String {
    var digest = FNV1a()
    digest.combine(closing: lifetime)
    var sum: Int64 = 0
    for (part, revision) in revisions.sorted(by: { $0.key < $1.key }) {
      digest.combine(closing: part.text)
      digest.combine(closing: revision.description)
      if let token = overrides[part] { digest.combine(closing: token) }
      sum &+= revision.number
    }
    return "\(sum)-\(digest.hexadecimal)"
  }

  /// What the content of a part is called in this state; nil for a part that has never existed.
  public func label(of part: PartID) -> PartLabel? {
    revisions[part].map { PartLabel(revision: $0, override: overrides[part]) }
  }

  /// The parts whose label here differs from the one in `other`, all if the lifetimes differ.
  public func parts(differingFrom other: Manifest?) -> Set<PartID> {
    guard let other, other.lifetime == lifetime else { return Set(revisions.keys) }
    var differing: Set<PartID> = []
    for (part, revision) in revisions
    where other.revisions[part] != revision || other.overrides[part] != overrides[part] {
      differing.insert(part)
    }
    return differing
  }

  /// Whether no part here has a lower revision than in `other`, a state of the same lifetime.
  public func isAtLeast(_ other: Manifest) -> Bool {
    other.revisions.allSatisfy { part, revision in revisions[part].map { $0 >= revision } ?? false }
  }

  /// The later of both states, which are of the same lifetime, with the overrides of this one that are still valid.
  public func merged(with other: Manifest) -> Manifest {
    let merged = revisions.merging(other.revisions, uniquingKeysWith: max)
    return Manifest(
      lifetime: lifetime, revisions: merged, floors: floors.merging(other.floors, uniquingKeysWith: max),
      overrides: overrides.filter { merged[$0.key] == revisions[$0.key] })
  }

  /// This state with other overrides.
  public func replacing(overrides: [PartID: String]) -> Manifest {
    overrides == self.overrides
      ? self : Manifest(lifetime: lifetime, revisions: revisions, floors: floors, overrides: overrides)
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
