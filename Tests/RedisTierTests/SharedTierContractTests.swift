import NIOConcurrencyHelpers
import RedisTier
import TestSupport
import Testing
import TieredCaching

@Suite("The shared tier's contract on Redis", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct SharedTierContractTests {
  @Test("Redis keeps every promise of a shared tier", arguments: SharedTierContract.rules)
  func contract(rule: SharedTierContract.Rule) async throws {
    try await TierFixture.with { fixture in try await rule.check(RunningTier(fixture: fixture)) }
  }
}

/// A tier that is running already: to run it once more only means to listen.
private struct RunningTier: SharedTier {
  let fixture: TierFixture
  private var tier: RedisSharedTier { fixture.tier }

  init(fixture: TierFixture) { self.fixture = fixture }

  func run(announced: @escaping @Sendable () -> Void) async {
    var heard = fixture.announcements.withLockedValue { $0 }
    while !Task.isCancelled {
      let now = fixture.announcements.withLockedValue { $0 }
      if now != heard { announced() }
      heard = now
      do { try await Task.sleep(for: .milliseconds(2)) } catch { return }
    }
  }

  func check(_ known: SharedStamp?, timeout: Duration) async throws -> SharedCheck {
    try await tier.check(known, timeout: timeout)
  }

  func begin(lifetime: String, nonce: String) async throws -> String {
    try await tier.begin(lifetime: lifetime, nonce: nonce)
  }

  func complete(nonce: String, with manifest: Manifest, stamp: String) async throws -> Bool {
    try await tier.complete(nonce: nonce, with: manifest, stamp: stamp)
  }

  func raise(to manifest: Manifest, stamp: String) async throws -> Bool {
    try await tier.raise(to: manifest, stamp: stamp)
  }

  func setOverride(_ override: PartOverride, of part: PartID, lifetime: String, stamp: String) async throws -> Bool {
    try await tier.setOverride(override, of: part, lifetime: lifetime, stamp: stamp)
  }

  func dropOverride(of part: PartID, token: String, stamp: String) async throws {
    try await tier.dropOverride(of: part, token: token, stamp: stamp)
  }

  func parts(_ labels: [PartID: PartLabel], lifetime: String) async throws -> [PartID: SharedPart] {
    try await tier.parts(labels, lifetime: lifetime)
  }

  func store(
    _ bytes: [UInt8], of part: PartID, label: PartLabel, lifetime: String, timeToLive: Duration
  ) async throws {
    try await tier.store(bytes, of: part, label: label, lifetime: lifetime, timeToLive: timeToLive)
  }

  func acquireLease(token: String, for duration: Duration) async throws -> Bool {
    try await tier.acquireLease(token: token, for: duration)
  }

  func renewLease(token: String, for duration: Duration) async throws -> Bool {
    try await tier.renewLease(token: token, for: duration)
  }

  func releaseLease(token: String) async throws { try await tier.releaseLease(token: token) }

  func announce() async throws { try await tier.announce() }

  func storeView(_ bytes: [UInt8], named name: String, of manifest: Manifest, timeToLive: Duration) async throws {
    try await tier.storeView(bytes, named: name, of: manifest, timeToLive: timeToLive)
  }

  func entries(parts: [PartID], views: [String]) async throws -> SharedEntries {
    try await tier.entries(parts: parts, views: views)
  }

  func requestAudit() async throws -> Int { try await tier.requestAudit() }

  func report(_ worker: WorkerReport?, adding statistics: CacheStatistics) async throws -> Int {
    try await tier.report(worker, adding: statistics)
  }

  func fleet() async throws -> FleetReport { try await tier.fleet() }
}
