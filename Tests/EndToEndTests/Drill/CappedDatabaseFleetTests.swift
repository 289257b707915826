import Foundation
import TestSupport
import Testing

@Suite(
  "Recovery from nothing", .serialized,
  .enabled(if: RedisServer.isInstalled && PostgresServer.isInstalled, "redis-server or PostgreSQL is not installed"))
struct CappedDatabaseFleetTests {
  private static let rate = 2
  private static let seconds = 6

  @Test("Redis loses everything at full load, the database may be asked little: hits come back, the cap holds")
  func flushUnderCap() async throws {
    let postgres = try PostgresServer(settings: ["log_statement=all", "log_line_prefix=%a "])
    try postgres.start()
    let setup = Fleet.Setup(
      workers: [.strict, .bounded, .strict, .bounded], postgres: postgres,
      environment: ["DATABASE_MAX_QPS": "\(Self.rate)", "LOG_LEVEL": "warning"])
    try await withFleet(setup) { fleet in try await flush(fleet, postgres) }
  }

  private func flush(_ fleet: Fleet, _ postgres: PostgresServer) async throws {
    let traffic = FleetTraffic(fleet)
    defer { traffic.stop() }
    async let reading = traffic.read()
    try await Task.sleep(for: .seconds(1))
    let before = try Self.transactions(postgres)
    try await fleet.redis.cli("FLUSHALL")
    try await Task.sleep(for: .seconds(Self.seconds))
    let asked = try Self.transactions(postgres) - before
    let flushEnd = ContinuousClock.now
    try await Task.sleep(for: .seconds(1))
    traffic.stop()
    let sights = try await reading
    #expect(sights.allSatisfy { $0.status == 200 })
    let late = sights.filter { $0.asked > flushEnd }
    #expect(late.count > 100 && late.allSatisfy(\.isFresh), "everything is served as fresh again")
    // One per worker may just have begun; each also asks every 3 s whether its listening connection is still there.
    let cap = fleet.workers.count * (Self.rate * (Self.seconds + 1) + 1 + Self.seconds / 3)
    #expect(asked > 0 && asked <= cap, "\(asked) transactions in \(Self.seconds) s")
    #expect(try await fleet.redis.cli("EXISTS", "fleet:models:manifest") == "1")
  }

  /// How many transactions the workers have begun, as the server logged them: those of several statements, and those of
  /// one, which ask for the manifest.
  private static func transactions(_ server: PostgresServer) throws -> Int {
    let lines = try server.log().split(separator: "\n").filter { $0.hasPrefix("modelcatalog ") }
    return lines.count { $0.contains("statement: BEGIN") || $0.contains(": SELECT NULL, value") }
  }
}
