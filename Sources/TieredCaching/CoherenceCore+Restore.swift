/// A state that was kept on disk.
struct Restored: Sendable, Hashable {
  /// When it was read.
  let at: Duration
  /// Until when it may be served although nobody has confirmed it.
  let until: Duration
}

extension CoherenceCore {
  /// A state that was kept elsewhere is held, for as long as nothing better can be had.
  ///
  /// It was current when it was kept, at the latest; nothing says that it still is, so it counts as stale until the database
  /// or the shared tier has confirmed it.
  ///
  /// - Parameters:
  ///   - manifest: the state that was kept.
  ///   - age: how long ago it was kept.
  ///   - limit: after which age it must not be served.
  ///   - now: the time of the worker's monotonic clock.
  /// - Returns: whether nothing was held, so that it is held now.
  public mutating func restore(_ manifest: Manifest, age: Duration, limit: Duration, now: Duration) -> Bool {
    guard held == nil, age < limit, manifest.overrides.isEmpty else { return false }
    held = manifest
    confirmedAt = now - max(age, policy.stalenessBound + .nanoseconds(1))
    restored = Restored(at: now, until: now + limit - age)
    for part in manifest.revisions.keys where !part.isDerived { freshUntil[part] = now + policy.timeToLive }
    expiresAt = now + policy.timeToLive
    updatePurge()
    return true
  }

  /// Whether the database is older than what was kept on disk, which nobody has confirmed: it says so itself, asked after that
  /// was read, and this is what it has.
  func hasGoneBack(to result: Manifest) -> Bool {
    guard let restored, let target, lifetimeSeenAt >= restored.at else { return false }
    return result.isAtLeast(target)
  }
}
