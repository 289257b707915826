/// Content of a part that was cached by hand, in place of what the database has at one revision.
public struct PartOverride: Sendable, Hashable {
  /// The revision that it stands in for; it yields to any other.
  public let base: Revision
  /// Names the content; unique per publication.
  public let token: String

  /// An override.
  public init(base: Revision, token: String) {
    self.base = base
    self.token = token
  }
}

/// Names one state of the shared manifest, so that "has anything changed?" is one small question.
public struct SharedStamp: Sendable, Hashable {
  /// Names this lifetime of the shared data: chosen by whoever found no manifest and started one.
  public let nonce: String
  /// Unique per change. It is compared for equality only: after a failover it may go back to an earlier one.
  public let stamp: String

  /// A stamp.
  public init(nonce: String, stamp: String) {
    self.nonce = nonce
    self.stamp = stamp
  }
}

/// The manifest as the shared tier knows it.
public struct SharedManifest: Sendable, Hashable {
  /// Its state.
  public var stamp: SharedStamp
  /// Whether somebody filled it with a state of the database that was read after it was started. Until then it knows
  /// only what was published since.
  public var isComplete: Bool
  /// The lifetime of the database that it belongs to.
  public var lifetime: String
  /// The highest revision that was published of every part.
  public var revisions: [PartID: Revision]
  /// Revisions below which a part may not be served.
  public var floors: [PartID: Revision]
  /// Parts that were cached by hand.
  public var overrides: [PartID: PartOverride]

  /// A shared manifest.
  public init(
    stamp: SharedStamp, isComplete: Bool, lifetime: String, revisions: [PartID: Revision],
    floors: [PartID: Revision] = [:], overrides: [PartID: PartOverride] = [:]
  ) {
    self.stamp = stamp
    self.isComplete = isComplete
    self.lifetime = lifetime
    self.revisions = revisions
    self.floors = floors
    self.overrides = overrides
  }

  /// The state that it describes, with the overrides that stand in for the current revisions.
  public var manifest: Manifest {
    Manifest(
      lifetime: lifetime, revisions: revisions, floors: floors,
      overrides: overrides.filter { revisions[$0.key] == $0.value.base }.mapValues(\.token))
  }
}

/// What the shared tier answered to "has anything changed?".
public struct SharedCheck: Sendable, Hashable {
  /// What it found.
  public enum Answer: Sendable, Hashable {
    /// The manifest still has this stamp.
    case unchanged
    /// It has another one.
    case manifest(SharedManifest)
    /// There is none: the shared data is new, or was lost.
    case absent
  }

  /// What it found.
  public let answer: Answer
  /// Which connection answered; another number means another connection, behind which there may be another server. Nil for
  /// a tier that not everybody writes to who changes the database: its answers confirm nothing.
  public let incarnation: Int?

  /// An answer.
  public init(_ answer: Answer, incarnation: Int?) {
    self.answer = answer
    self.incarnation = incarnation
  }
}
