import TieredCaching

/// The database of the simulation: every state it ever had, in order.
struct SimulatedDatabase: Hashable {
  struct Commit: Hashable {
    let manifest: Manifest
    let committedAt: Duration
    /// When the writer was told that all workers had been informed; nil while it was not.
    var publishedAt: Duration?
  }

  private(set) var history: [Commit]

  init(parts: [PartID]) {
    let revisions = Dictionary(uniqueKeysWithValues: parts.map { ($0, Revision(1)) })
    let manifest = Manifest(lifetime: "life 0", revisions: revisions)
    history = [Commit(manifest: manifest, committedAt: .zero, publishedAt: .zero)]
  }

  var current: Manifest { history[history.count - 1].manifest }

  /// Changes some parts in one transaction, and returns the number of the commit.
  mutating func commit(_ parts: [PartID], purging: Bool = false, at time: Duration) -> Int {
    var revisions = current.revisions
    var floors = current.floors
    for part in parts {
      let revision = Revision((revisions[part]?.number ?? 0) + 1)
      revisions[part] = revision
      if purging { floors[part] = revision }
    }
    return append(Manifest(lifetime: current.lifetime, revisions: revisions, floors: floors), at: time)
  }

  /// Another database takes the place of this one.
  mutating func replace(at time: Duration) -> Int {
    let revisions = current.revisions.mapValues { _ in Revision(1) }
    return append(Manifest(lifetime: "life \(history.count)", revisions: revisions), at: time)
  }

  private mutating func append(_ manifest: Manifest, at time: Duration) -> Int {
    history.append(Commit(manifest: manifest, committedAt: time, publishedAt: nil))
    return history.count - 1
  }

  mutating func published(_ commit: Int, at time: Duration) {
    if history[commit].publishedAt == nil { history[commit].publishedAt = time }
  }

  /// The number of the commit that led to a state; nil for a state that the database never had.
  func index(of manifest: Manifest) -> Int? {
    history.lastIndex { $0.manifest.lifetime == manifest.lifetime && $0.manifest.revisions == manifest.revisions }
  }

  /// The newest commit that was made before `time`.
  func newest(committedBefore time: Duration) -> Int { history.lastIndex { $0.committedAt < time } ?? 0 }

  /// The newest commit that was published at `time` or before.
  func newest(publishedBy time: Duration) -> Int {
    history.lastIndex { commit in commit.publishedAt.map { $0 <= time } ?? false } ?? 0
  }
}
