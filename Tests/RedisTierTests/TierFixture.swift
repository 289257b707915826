import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RedisClient
import RedisTier
import TestSupport
public import TieredCaching

/// A tier on a Redis server of its own, and a client that looks behind it.
struct TierFixture: Sendable {
  let server: RedisServer
  let tier: RedisSharedTier
  let redis: RedisClient
  /// What the tier could not use, as "PART REASON".
  let rejections: NIOLockedValueBox<[String]>
  /// How often other workers announced something.
  let announcements: NIOLockedValueBox<Int>

  /// Runs `body` with a tier that is connected and listens to announcements.
  static func with<Result>(
    keys: RedisKeys = RedisKeys(), staleLimit: Duration = .seconds(3600), _ body: (TierFixture) async throws -> Result
  ) async throws -> Result {
    try await RedisServer.with { server in
      let fixture = try TierFixture(server: server, keys: keys, staleLimit: staleLimit)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await fixture.redis.run() }
        group.addTask { await fixture.tier.run { fixture.announcements.withLockedValue { $0 += 1 } } }
        defer { group.cancelAll() }
        try await fixture.redis.waitUntilConnected(timeout: .seconds(20))
        try await wait(for: "a connection") {
          do { try await fixture.tier.waitUntilConnected() } catch is RedisError { return false }
          return true
        }
        try await wait(for: "a subscription") {
          try await fixture.command("PUBSUB", "NUMSUB", keys.channel).array?.last?.integer == 1
        }
        return try await body(fixture)
      }
    }
  }

  private init(server: RedisServer, keys: RedisKeys, staleLimit: Duration) throws {
    // Time limits are no subject of these tests, and the machine may be busy.
    var configuration = try RedisClient.Configuration(url: server.url)
    configuration.connectTimeout = .seconds(10)
    configuration.commandTimeout = .seconds(20)
    configuration.stallTimeout = .seconds(20)
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let rejections = NIOLockedValueBox<[String]>([])
    self.server = server
    self.rejections = rejections
    announcements = NIOLockedValueBox(0)
    redis = RedisClient(configuration, logger: quiet)
    tier = RedisSharedTier(configuration, keys: keys, staleLimit: staleLimit, threads: .singleton, logger: quiet) {
      part, reason in rejections.withLockedValue { $0.append("\(part) \(reason)") }
    }
  }

  /// Sends a command to the server.
  @discardableResult
  func command(_ words: String...) async throws -> RedisValue {
    try await redis.execute(Raw(words[0], words.dropFirst().map { .text($0) }))
  }

  /// The bytes under a key; nil for none.
  func value(_ key: String) async throws -> [UInt8]? { try await redis.get(key).map { Array($0.readableBytesView) } }

  /// Puts bytes under a key, for an hour.
  func set(_ key: String, _ bytes: [UInt8]) async throws {
    try await redis.set(key, .bytes(ByteBuffer(bytes: bytes)), expiration: .milliseconds(3_600_000))
  }

  /// The names of all keys, in order.
  func keyNames() async throws -> [String] {
    try await command("KEYS", "*").array?.compactMap(\.text).sorted() ?? []
  }

  /// The manifest as the tier reads it; nil for none.
  func manifest() async throws -> SharedManifest? {
    guard case .manifest(let manifest) = try await tier.check(nil, timeout: .seconds(10)).answer else { return nil }
    return manifest
  }

  /// Starts a manifest and fills it with revisions; gives its nonce.
  @discardableResult
  func fill(_ revisions: [PartID: Revision], lifetime: String = "life") async throws -> String {
    let nonce = try await tier.begin(lifetime: lifetime, nonce: "nonce")
    _ = try await tier.complete(
      nonce: nonce, with: Manifest(lifetime: lifetime, revisions: revisions), stamp: "filled")
    return nonce
  }

  /// Keeps a part in the tier.
  func store(
    _ text: String, of part: PartID = "acme", revision: Int64 = 1, override: String? = nil, lifetime: String = "life",
    timeToLive: Duration = .seconds(1000)
  ) async throws {
    try await tier.store(
      Array(text.utf8), of: part, label: PartLabel(revision: Revision(revision), override: override),
      lifetime: lifetime, timeToLive: timeToLive)
  }

  /// What the tier has of a part under a label; nil for nothing.
  func part(
    _ part: PartID = "acme", revision: Int64 = 1, override: String? = nil, lifetime: String = "life"
  ) async throws -> String? {
    let label = PartLabel(revision: Revision(revision), override: override)
    return try await tier.parts([part: label], lifetime: lifetime)[part].map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
  }
}

extension PartID: ExpressibleByStringLiteral {
  /// The part of this name.
  public init(stringLiteral value: String) { self.init(value) }
}

/// A condition did not come to hold.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds.
func wait(
  for description: String, within limit: Duration = .seconds(20), until condition: () async throws -> Bool
) async throws {
  let start = ContinuousClock.now
  while try await !condition() {
    guard ContinuousClock.now - start < limit else {
      throw WaitedInVain(description: "\(description) did not come within \(limit)")
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}
