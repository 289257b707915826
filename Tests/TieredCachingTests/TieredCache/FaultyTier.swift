import NIOConcurrencyHelpers

@testable import TieredCaching

/// A shared tier between a worker and the one that it shares with others, which fails or does not answer when a test says so.
final class FaultyTier: SharedTier {
  enum Fault: Sendable {
    /// Every operation fails at once.
    case failing
    /// No operation is answered before its time is over.
    case silent
    /// Every operation takes ten milliseconds.
    case slow
  }

  struct Unreachable: Error {}

  private let tier: InProcessTier
  private let state = NIOLockedValueBox((fault: Fault?.none, checks: 0, gate: (@Sendable () async -> Void)?.none))
  let traceName: String?

  init(_ tier: InProcessTier = InProcessTier(keepsEveryPart: true), traceName: String? = nil) {
    self.tier = tier
    self.traceName = traceName
  }

  /// Makes every check wait for `gate`, or with nil no longer.
  func holdChecks(until gate: (@Sendable () async -> Void)?) { state.withLockedValue { $0.gate = gate } }

  func set(_ fault: Fault?) { state.withLockedValue { $0.fault = fault } }

  /// How often the manifest was asked for.
  var checks: Int { state.withLockedValue { $0.checks } }

  /// The manifest that it has, whatever fails.
  var manifest: SharedManifest? {
    if case .manifest(let manifest) = tier.check(nil, timeout: .zero).answer { manifest } else { nil }
  }

  private func enter(timeout: Duration = .milliseconds(500)) async throws {
    switch state.withLockedValue({ $0.fault }) {
    case nil: return
    case .failing: throw Unreachable()
    case .slow: try await Task.sleep(for: .milliseconds(10))
    case .silent:
      try await Task.sleep(for: timeout)
      throw Unreachable()
    }
  }

  func check(_ known: SharedStamp?, timeout: Duration) async throws -> SharedCheck {
    let gate = state.withLockedValue { state in
      state.checks += 1
      return state.gate
    }
    await gate?()
    try await enter(timeout: timeout)
    return tier.check(known, timeout: timeout)
  }

  func begin(lifetime: String, nonce: String) async throws -> String {
    try await enter()
    return tier.begin(lifetime: lifetime, nonce: nonce)
  }

  func complete(nonce: String, with manifest: Manifest, stamp: String) async throws -> Bool {
    try await enter()
    return tier.complete(nonce: nonce, with: manifest, stamp: stamp)
  }

  func raise(to manifest: Manifest, stamp: String) async throws -> Bool {
    try await enter()
    return tier.raise(to: manifest, stamp: stamp)
  }

  func setOverride(_ override: PartOverride, of part: PartID, lifetime: String, stamp: String) async throws -> Bool {
    try await enter()
    return tier.setOverride(override, of: part, lifetime: lifetime, stamp: stamp)
  }

  func dropOverride(of part: PartID, token: String, stamp: String) async throws {
    try await enter()
    tier.dropOverride(of: part, token: token, stamp: stamp)
  }

  func parts(_ labels: [PartID: PartLabel], lifetime: String) async throws -> [PartID: SharedPart] {
    try await enter()
    return tier.parts(labels, lifetime: lifetime)
  }

  func store(
    _ bytes: [UInt8], of part: PartID, label: PartLabel, lifetime: String, timeToLive: Duration
  ) async throws {
    try await enter()
    tier.store(bytes, of: part, label: label, lifetime: lifetime, timeToLive: timeToLive)
  }

  func acquireLease(token: String, for duration: Duration) async throws -> Bool {
    try await enter()
    return tier.acquireLease(token: token, for: duration)
  }

  func renewLease(token: String, for duration: Duration) async throws -> Bool {
    try await enter()
    return tier.renewLease(token: token, for: duration)
  }

  func releaseLease(token: String) async throws {
    try await enter()
    tier.releaseLease(token: token)
  }

  func announce() async throws {
    try await enter()
    tier.announce()
  }

  func storeView(_ bytes: [UInt8], named name: String, of manifest: Manifest, timeToLive: Duration) async throws {
    try await enter()
    tier.storeView(bytes, named: name, of: manifest, timeToLive: timeToLive)
  }

  func entries(parts: [PartID], views: [String]) async throws -> SharedEntries {
    try await enter()
    return tier.entries(parts: parts, views: views)
  }

  func requestAudit() async throws -> Int { tier.requestAudit() }

  func report(_ worker: WorkerReport?, adding statistics: CacheStatistics) async throws -> Int {
    try await enter()
    return tier.report(worker, adding: statistics)
  }

  func fleet() async throws -> FleetReport {
    try await enter()
    return tier.fleet()
  }

  func run(announced: @escaping @Sendable () -> Void) async { await tier.run(announced: announced) }
}
