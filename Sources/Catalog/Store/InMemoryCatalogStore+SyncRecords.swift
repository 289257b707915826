/// A lease and when it ends.
struct InMemoryLease {
  let token: String
  let end: ContinuousClock.Instant
}

extension InMemoryCatalogStore: SyncRecords {
  /// Takes or prolongs a lease, unless somebody else holds it.
  public func acquireLease(_ name: String, token: String, for duration: Duration) -> Bool {
    let now = ContinuousClock.now
    if let held = leases[name], held.token != token, held.end > now { return false }
    leases[name] = InMemoryLease(token: token, end: now + .milliseconds(duration.leaseMilliseconds))
    return true
  }

  /// Ends a lease, where this token holds it.
  public func releaseLease(_ name: String, token: String) {
    if leases[name]?.token == token { leases[name] = nil }
  }

  /// The records of a kind, by name.
  public func records(_ kind: SyncRecordKind) -> [String: String] { records[kind] ?? [:] }

  /// One record; nil where there is none.
  public func record(_ kind: SyncRecordKind, _ name: String) -> String? { records[kind]?[name] }

  /// Sets a record or, with nil, removes it.
  ///
  /// - Throws: ``StoreError/invalidText(_:)``.
  public func setRecord(_ kind: SyncRecordKind, _ name: String, _ value: String?) throws {
    try kind.check(name, value)
    records[kind, default: [:]][name] = value
  }
}
