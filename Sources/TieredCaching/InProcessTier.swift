import NIOConcurrencyHelpers

/// The shared tier of workers in one process, and of a worker without Redis. It keeps what ``SharedState`` says.
public final class InProcessTier: SharedTier, SharedNotes {
  private let state: NIOLockedValueBox<SharedState>
  private let listeners = NIOLockedValueBox<[Int: AsyncStream<Void>.Continuation]>([:])
  private let reports = NIOLockedValueBox(Reports())
  private let kept = NIOLockedValueBox<[String: (text: String, until: Duration)]>([:])
  private let time: any TimeSource
  /// A worker that is alone would keep every part twice; it keeps only what it cannot get from the database. Other
  /// processes may change that database without a word to this tier, so its answers confirm nothing then.
  private let keepsEveryPart: Bool

  /// See ``SharedTier/keepsParts``.
  public var keepsParts: Bool { keepsEveryPart }

  /// An empty tier.
  ///
  /// - Parameters:
  ///   - time: the clock of its leases.
  ///   - keepsEveryPart: whether parts are kept that the database has too: true where several workers of this process, and
  ///     nobody else, change and read the database.
  public init(time: any TimeSource = SystemTime(), keepsEveryPart: Bool) {
    self.time = time
    self.keepsEveryPart = keepsEveryPart
    self.state = NIOLockedValueBox(SharedState())
  }

  /// See ``SharedTier/check(_:timeout:)``.
  public func check(_ known: SharedStamp?, timeout: Duration) -> SharedCheck {
    SharedCheck(state.withLockedValue { $0.check(known) }, incarnation: keepsEveryPart ? 1 : nil)
  }

  /// See ``SharedTier/begin(lifetime:nonce:)``.
  public func begin(lifetime: String, nonce: String) -> String {
    state.withLockedValue { $0.begin(lifetime: lifetime, nonce: nonce) }
  }

  /// See ``SharedTier/complete(nonce:with:stamp:)``.
  public func complete(nonce: String, with manifest: Manifest, stamp: String) -> Bool {
    state.withLockedValue { $0.complete(nonce: nonce, with: manifest, stamp: stamp) }
  }

  /// See ``SharedTier/raise(to:stamp:)``.
  public func raise(to manifest: Manifest, stamp: String) -> Bool {
    state.withLockedValue { $0.raise(to: manifest, stamp: stamp) }
  }

  /// See ``SharedTier/setOverride(_:of:lifetime:stamp:)``.
  public func setOverride(_ override: PartOverride, of part: PartID, lifetime: String, stamp: String) -> Bool {
    state.withLockedValue { $0.setOverride(override, of: part, lifetime: lifetime, stamp: stamp) }
  }

  /// See ``SharedTier/dropOverride(of:token:stamp:)``.
  public func dropOverride(of part: PartID, token: String, stamp: String) {
    state.withLockedValue { $0.dropOverride(of: part, token: token, stamp: stamp) }
  }

  /// See ``SharedTier/parts(_:lifetime:)``.
  public func parts(_ labels: [PartID: PartLabel], lifetime: String) -> [PartID: SharedPart] {
    let now = time.now
    return state.withLockedValue { state in
      var found: [PartID: SharedPart] = [:]
      for (part, label) in labels {
        guard let kept = state.part(part, label: label, lifetime: lifetime) else { continue }
        if label.override != nil, kept.freshUntil <= now { continue }
        found[part] = SharedPart(bytes: kept.bytes, freshFor: kept.freshUntil - now)
      }
      return found
    }
  }

  /// See ``SharedTier/store(_:of:label:lifetime:timeToLive:)``.
  public func store(
    _ bytes: [UInt8], of part: PartID, label: PartLabel, lifetime: String, timeToLive: Duration
  ) {
    guard keepsEveryPart || label.override != nil else { return }
    let kept = SharedState.Kept(lifetime: lifetime, label: label, bytes: bytes, freshUntil: time.now + timeToLive)
    state.withLockedValue { $0.store(kept, of: part) }
  }

  /// See ``SharedTier/acquireLease(token:for:)``.
  public func acquireLease(token: String, for duration: Duration) -> Bool {
    state.withLockedValue { $0.acquireLease(token: token, for: duration, now: time.now) }
  }

  /// See ``SharedTier/renewLease(token:for:)``.
  public func renewLease(token: String, for duration: Duration) -> Bool {
    state.withLockedValue { $0.renewLease(token: token, for: duration, now: time.now) }
  }

  /// See ``SharedTier/releaseLease(token:)``.
  public func releaseLease(token: String) {
    state.withLockedValue { $0.releaseLease(token: token) }
    announce()
  }

  /// See ``SharedTier/announce()``.
  public func announce() {
    for listener in listeners.withLockedValue({ Array($0.values) }) { listener.yield() }
  }

  /// Does nothing: there are no readers but the workers of this process.
  public func storeView(_ bytes: [UInt8], named name: String, of manifest: Manifest, timeToLive: Duration) {}

  /// See ``SharedTier/entries(parts:views:)``.
  public func entries(parts: [PartID], views: [String]) -> SharedEntries {
    let now = time.now
    let kept = state.withLockedValue { state in
      parts.compactMap { part in state.parts[part].map { (part, $0) } }
    }
    let entries = kept.map { part, kept in
      let entry = SharedEntry(
        key: part.text, label: kept.label.description, bytes: kept.bytes.count, age: .zero,
        freshFor: kept.freshUntil - now)
      return (part, entry)
    }
    return SharedEntries(parts: Dictionary(uniqueKeysWithValues: entries), views: [:])
  }

  /// See ``SharedTier/report(_:adding:)``.
  public func report(_ worker: WorkerReport?, adding statistics: CacheStatistics) -> Int {
    reports.withLockedValue { reports in
      reports.statistics.add(statistics)
      guard let worker else { return 0 }
      reports.workers[worker.id] = worker
      return reports.requestedAudit
    }
  }

  /// See ``SharedTier/requestAudit()``.
  public func requestAudit() -> Int {
    reports.withLockedValue { reports in
      reports.requestedAudit += 1
      return reports.requestedAudit
    }
  }

  /// See ``SharedTier/fleet()``.
  public func fleet() -> FleetReport {
    reports.withLockedValue { reports in
      FleetReport(workers: reports.workers.values.sorted { $0.id < $1.id }, statistics: reports.statistics)
    }
  }

  /// See ``SharedTier/run(announced:)``.
  public func run(announced: @escaping @Sendable () -> Void) async {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let id = listeners.withLockedValue { listeners in
      let id = (listeners.keys.max() ?? 0) + 1
      listeners[id] = continuation
      return id
    }
    defer { listeners.withLockedValue { _ = $0.removeValue(forKey: id) } }
    for await _ in stream { announced() }
  }

  /// See ``SharedNotes/notes(_:)``.
  public func notes(_ names: [String]) -> [String: String] {
    let now = time.now
    return kept.withLockedValue { kept in
      kept = kept.filter { $0.value.until > now }
      var found: [String: String] = [:]
      for name in names { found[name] = kept[name]?.text }
      return found
    }
  }

  /// See ``SharedNotes/setNote(_:_:for:)``.
  public func setNote(_ name: String, _ text: String?, for duration: Duration) {
    let until = time.now + duration
    kept.withLockedValue { $0[name] = text.map { ($0, until) } }
  }

  private struct Reports: Sendable {
    var workers: [String: WorkerReport] = [:]
    var requestedAudit = 0
    var statistics = CacheStatistics()
  }
}
