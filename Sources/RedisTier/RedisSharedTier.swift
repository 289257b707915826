import Foundation
public import Logging
import NIOCore
public import NIOPosix
public import RedisClient
public import TieredCaching

/// The tier that all workers share, on Redis.
///
/// Two connections, so that a question of a few bytes does not wait behind a part of a megabyte.
public final class RedisSharedTier: SharedTier {
  /// Where things are.
  public let keys: RedisKeys
  let control: RedisClient
  let data: RedisClient
  let threads: NIOThreadPool
  let staleLimit: Duration
  private let onRejected: @Sendable (_ part: String, _ reason: String) -> Void

  /// How long parts may take; they are large.
  static let dataTimeout = Duration.seconds(2)
  /// How long parts wait for a connection of their own while questions already have theirs.
  static let connectionPatience = Duration.seconds(1)
  /// Payloads of more bytes are compressed: to read them back compressed costs about twice the time, and a seventh of the
  /// memory and network.
  static let compressionThreshold = 16_384
  /// After how long a worker that does not report is forgotten, in milliseconds.
  static let workerMemory: Int64 = 10_000

  /// See `SharedTier`.
  public var traceName: String? { "redis" }

  /// A tier that connects once ``run(announced:)`` is called.
  ///
  /// - Parameters:
  ///   - configuration: the server and how to log in.
  ///   - keys: where things are.
  ///   - staleLimit: how long parts are kept after they count as fresh, for when the database fails.
  ///   - threads: where parts are compressed and decompressed.
  ///   - logger: told of connections that are made and lost.
  ///   - onRejected: told of values that cannot be used, which then count as absent.
  public init(
    _ configuration: RedisClient.Configuration, keys: RedisKeys = RedisKeys(), staleLimit: Duration,
    threads: NIOThreadPool, logger: Logger,
    onRejected: @escaping @Sendable (_ part: String, _ reason: String) -> Void = { _, _ in }
  ) {
    self.keys = keys
    self.staleLimit = staleLimit
    self.threads = threads
    self.onRejected = onRejected
    control = RedisClient(configuration, logger: logger)
    data = RedisClient(configuration, logger: logger)
  }

  /// See `SharedTier`.
  public func run(announced: @escaping @Sendable () -> Void) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.control.run() }
      group.addTask { await self.data.run() }
      group.addTask {
        // A new or a broken subscription may have missed something, so every event is a reason to look.
        for await _ in self.control.subscribe(to: [self.keys.channel]) { announced() }
      }
    }
  }

  /// Waits until Redis can be asked, for programs that cannot do without it.
  ///
  /// - Throws: why it cannot, after a second.
  public func waitUntilConnected() async throws {
    try await control.waitUntilConnected(timeout: .seconds(1))
    try await data.waitUntilConnected(timeout: .seconds(1))
  }

  // MARK: The manifest

  /// See `SharedTier`.
  public func check(_ known: SharedStamp?, timeout: Duration) async throws -> SharedCheck {
    // Right after the start a connection is only being made.
    if control.incarnation == 0 { try await control.waitUntilConnected(timeout: timeout) }
    do {
      return try await look(known, timeout: timeout)
    } catch let invalid as ManifestFields.Invalid {
      return try await dropManifest("invalid_field \(invalid.field.prefix(80))", timeout: timeout)
    } catch RedisError.server(let error) where error.code == "WRONGTYPE" {
      return try await dropManifest("wrong_type", timeout: timeout)
    } catch {
      return try await refusing { throw error }
    }
  }

  private func look(_ known: SharedStamp?, timeout: Duration) async throws -> SharedCheck {
    // One round trip whether it changed or not, because readers wait for it.
    let (answer, incarnation) = try await control.evaluateTagged(
      Scripts.check, keys: [keys.manifest], arguments: [.text(known?.nonce ?? ""), .text(known?.stamp ?? "")],
      timeout: timeout)
    if answer.integer == 1 { return SharedCheck(.unchanged, incarnation: incarnation) }
    let fields = answer.stringMap ?? [:]
    guard !fields.isEmpty else { return SharedCheck(.absent, incarnation: incarnation) }
    return SharedCheck(.manifest(try ManifestFields.parse(fields)), incarnation: incarnation)
  }

  /// A manifest that cannot be read is as good as lost, and what was lost is started anew and filled from the database.
  private func dropManifest(_ reason: String, timeout: Duration) async throws -> SharedCheck {
    onRejected("manifest", reason)
    let (_, incarnation) = try await refusing {
      try await control.executeTagged(DEL([keys.manifest]), timeout: timeout)
    }
    return SharedCheck(.absent, incarnation: incarnation)
  }

  /// See `SharedTier`.
  public func begin(lifetime: String, nonce: String) async throws -> String {
    try await refusing {
      let value = try await control.evaluate(
        Scripts.begin, keys: [keys.manifest], arguments: [.text(lifetime), .text(nonce)])
      guard let nonce = value.text else { throw RedisError.unexpectedReply(command: "begin", kind: "\(value)") }
      return nonce
    }
  }

  /// See `SharedTier`.
  public func complete(nonce: String, with manifest: Manifest, stamp: String) async throws -> Bool {
    try await raise(manifest, stamp: stamp, nonce: nonce)
  }

  /// See `SharedTier`.
  public func raise(to manifest: Manifest, stamp: String) async throws -> Bool {
    try await raise(manifest, stamp: stamp, nonce: "")
  }

  private func raise(_ manifest: Manifest, stamp: String, nonce: String) async throws -> Bool {
    var arguments: [RedisArgument] = [.text(manifest.lifetime), .text(stamp), .text(keys.channel), .text(nonce)]
    for (part, revision) in manifest.revisions {
      arguments += [
        .text(part.text), .integer(revision.number), .integer(manifest.floors[part]?.number ?? 0),
      ]
    }
    return try await isTrue(Scripts.raise, keys.manifest, arguments)
  }

  /// See `SharedTier`.
  public func setOverride(
    _ override: PartOverride, of part: PartID, lifetime: String, stamp: String
  ) async throws -> Bool {
    try await isTrue(
      Scripts.setOverride, keys.manifest,
      [
        .text(lifetime), .text(stamp), .text(keys.channel), .text(part.text), .integer(override.base.number),
        .text(override.token),
      ])
  }

  /// See `SharedTier`.
  public func dropOverride(of part: PartID, token: String, stamp: String) async throws {
    _ = try await isTrue(
      Scripts.dropOverride, keys.manifest, [.text(stamp), .text(keys.channel), .text(part.text), .text(token)])
  }

  // MARK: The lease

  /// See `SharedTier`.
  public func acquireLease(token: String, for duration: Duration) async throws -> Bool {
    try await isTrue(Scripts.acquireLease, keys.lease, [.text(token), .integer(max(1, duration.milliseconds))])
  }

  /// See `SharedTier`.
  public func renewLease(token: String, for duration: Duration) async throws -> Bool {
    try await isTrue(Scripts.renewLease, keys.lease, [.text(token), .integer(duration.milliseconds)])
  }

  /// See `SharedTier`.
  public func releaseLease(token: String) async throws {
    _ = try await isTrue(Scripts.releaseLease, keys.lease, [.text(token), .text(keys.channel)])
  }

  /// See `SharedTier`.
  public func announce() async throws {
    try await refusing { _ = try await control.publish(keys.channel, "look") }
  }

  // MARK: Parts

  /// See `SharedTier`.
  public func parts(_ labels: [PartID: PartLabel], lifetime: String) async throws -> [PartID: SharedPart] {
    // The other connection may be a little earlier; without the parts each worker would load from the database.
    if data.incarnation == 0 { try await data.waitUntilConnected(timeout: Self.connectionPatience) }
    return try await withThrowingTaskGroup(of: (PartID, SharedPart?).self) { group in
      for (part, label) in labels {
        group.addTask { (part, try await self.part(part, label: label, lifetime: lifetime)) }
      }
      var found: [PartID: SharedPart] = [:]
      for try await (part, shared) in group { found[part] = shared }
      return found
    }
  }

  private func part(_ part: PartID, label: PartLabel, lifetime: String) async throws -> SharedPart? {
    guard let (entry, buffer) = try await entry(keys.part(part), name: part.text) else { return nil }
    let header = entry.header
    let found = PartLabel(revision: Revision(header.revision), override: header.override)
    guard header.kind == .part, header.name == part.text, header.lifetime == lifetime, found == label else {
      return nil
    }
    let left = try await refusing { try await data.pttl(keys.part(part)) }
    guard left > 0 else { return nil }
    do {
      let bytes = try await threads.runIfActive { try entry.payload() }
      return SharedPart(bytes: bytes, freshFor: .milliseconds(left) - .seconds(header.stale))
    } catch let error as EntryError {
      return try await discard(buffer, key: keys.part(part), name: part.text, error.reason)
    }
  }

  /// What is kept under a key; nil for nothing, and for what is no entry.
  private func entry(_ key: String, name: String) async throws -> (Entry, ByteBuffer)? {
    let found: ByteBuffer?
    do {
      found = try await data.execute(GET(key), timeout: Self.dataTimeout)
    } catch .server(let error) where error.code == "WRONGTYPE" {
      return try await discard(ByteBuffer(), key: key, name: name, "wrong_type")
    } catch {
      return try await refusing { throw error }
    }
    guard let found else { return nil }
    do throws(EntryError) {
      return (try Entry(Array(found.readableBytesView)), found)
    } catch .otherFormat {
      // Workers of another version of the program can use it.
      onRejected(name, EntryError.otherFormat("").reason)
      return nil
    } catch {
      return try await discard(found, key: key, name: name, error.reason)
    }
  }

  /// Removes what cannot be used, unless it was replaced meanwhile: what it says about itself could keep good values out.
  private func discard<Value>(_ found: ByteBuffer, key: String, name: String, _ reason: String) async throws -> Value? {
    onRejected(name, reason)
    _ = try await refusing {
      try await data.evaluate(Scripts.discard, keys: [key], arguments: [.bytes(found)], timeout: Self.dataTimeout)
    }
    return nil
  }

  /// See `SharedTier`.
  public func store(
    _ bytes: [UInt8], of part: PartID, label: PartLabel, lifetime: String, timeToLive: Duration
  ) async throws {
    // Workers that load at the same time must not have to load again at the same time.
    let fresh = label.override == nil ? timeToLive * Double.random(in: 0.9...1) : timeToLive
    let stale = label.override == nil ? staleLimit : .zero
    let header = EntryHeader(
      kind: .part, name: part.text, lifetime: lifetime, revision: label.revision.number, override: label.override,
      writtenAt: Int(Date().timeIntervalSince1970), fresh: Int(fresh / .seconds(1)), stale: Int(stale / .seconds(1)))
    try await store(header, bytes, key: keys.part(part), for: fresh + stale)
  }

  func store(_ header: EntryHeader, _ payload: [UInt8], key: String, for time: Duration) async throws {
    let entry = try await threads.runIfActive {
      try Entry.encode(header, payload: payload, compressAbove: Self.compressionThreshold)
    }
    try await refusing {
      _ = try await data.evaluate(
        Scripts.storeIfNewer, keys: [key],
        arguments: [
          .bytes(ByteBuffer(bytes: entry)), .text(EntryHeader.encode(header.lifetime)), .integer(header.revision),
          .integer(max(1, time.milliseconds)),
        ], timeout: Self.dataTimeout)
    }
  }

  // MARK: Answers

  func isTrue(_ script: RedisScript, _ key: String, _ arguments: [RedisArgument]) async throws -> Bool {
    try await integer(script, key, arguments) == 1
  }

  func integer(_ script: RedisScript, _ key: String, _ arguments: [RedisArgument]) async throws -> Int64? {
    try await refusing { try await control.evaluate(script, keys: [key], arguments: arguments).integer }
  }

  /// Marks what the server refused, as opposed to not answering.
  func refusing<Answer>(_ question: () async throws -> Answer) async throws -> Answer {
    do {
      return try await question()
    } catch RedisError.server(let refusal) {
      throw RedisRefusal(reason: RedisError.server(refusal).description)
    }
  }
}

/// Redis was reached and refused, for example because its memory is full or it is a replica.
public struct RedisRefusal: SharedTierRefusal, CustomStringConvertible {
  let reason: String

  /// What Redis said and what to do.
  public var description: String { reason }
}

extension Duration {
  var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
