import Logging
import NIOConcurrencyHelpers
import TieredCaching

/// Where a worker keeps the last good catalog. Its functions are asynchronous, so that they can block a thread that may block.
public struct LastGoodStorage: Sendable {
  /// Reads what was kept; nil for nothing.
  public let read: @Sendable () async throws -> [UInt8]?
  /// Keeps bytes, whole or not at all.
  public let write: @Sendable ([UInt8]) async throws -> Void
  /// The time in seconds since 1970; it only decides how old what is kept is said to be.
  public let now: @Sendable () -> Int
  /// How old what is kept may be when it is served.
  public let maximumAge: Duration
  /// Which database it is a copy of; that of another is not served.
  public let origin: String

  /// A storage.
  public init(
    maximumAge: Duration, origin: String, now: @escaping @Sendable () -> Int,
    read: @escaping @Sendable () async throws -> [UInt8]?,
    write: @escaping @Sendable ([UInt8]) async throws -> Void
  ) {
    self.maximumAge = maximumAge
    self.origin = origin
    self.now = now
    self.read = read
    self.write = write
  }
}

extension CatalogService {
  /// How long a start waits for the database or Redis before it takes what was kept.
  private static var patience: Duration { .milliseconds(500) }
  private static var look: Duration { .milliseconds(10) }
  /// How often it is looked whether there is something new to keep, and how long there is at least between two writes.
  private static var interval: Duration { .seconds(1) }
  private static var pause: Duration { .seconds(30) }

  /// Serves what was kept when nothing else can be had, and keeps what is loaded.
  func keepLastGood(in storage: LastGoodStorage, time: any TimeSource) async {
    var kept: Manifest?
    var keptAt = time.now - Self.pause
    defer { isStarting.withLockedValue { $0 = false } }
    do {
      let deadline = time.now + Self.patience
      // Where there is nobody but the database, its "no" is enough.
      while peek() == nil, shared.keepsParts || coherence.lastFailure == nil, time.now < deadline {
        try await time.sleep(until: time.now + Self.look)
      }
      if peek() == nil { await restore(from: storage) }
      isStarting.withLockedValue { $0 = false }
      while true {
        try await time.sleep(until: time.now + Self.interval)
        guard let served = peek(), served.freshness == .fresh else { continue }
        let manifest = served.value.manifest
        // What was purged must not come back, so that is not waited for; and what stays as it is must not grow old.
        let isPurged = kept.map { $0.floors != manifest.floors } ?? false
        let pause = manifest == kept ? max(Self.pause, storage.maximumAge / 24) : Self.pause
        guard isPurged || time.now - keptAt >= pause else { continue }
        if await keep(served.value, in: storage) { kept = manifest }
        keptAt = time.now
      }
    } catch {
      return
    }
  }

  /// Waits until a start has found out whether there is anything to serve.
  func waitUntilStarted() async throws {
    while isStarting.withLockedValue({ $0 }) { try await time.sleep(until: time.now + Self.look) }
  }

  private func restore(from storage: LastGoodStorage) async {
    do {
      guard let bytes = try await storage.read() else { return }
      let kept = try LastGoodCatalog(bytes)
      guard kept.origin == storage.origin else {
        return logger.warning("The last good catalog is of another database", metadata: ["origin": "\(kept.origin)"])
      }
      let age = Duration.seconds(max(0, storage.now() - kept.keptAt))
      guard try cache.restore(kept.parts, age: age, limit: storage.maximumAge) else { return }
      logger.warning(
        "Serving the last good catalog, as neither the database nor Redis answers",
        metadata: ["version": "\(kept.parts.manifest.version)", "age_seconds": "\(age.components.seconds)"])
    } catch {
      logger.warning("The last good catalog cannot be used", metadata: ["error": "\(error)"])
    }
  }

  private func keep(_ snapshot: CatalogSnapshot, in storage: LastGoodStorage) async -> Bool {
    guard let catalog = LastGoodCatalog(snapshot, origin: storage.origin, now: storage.now()) else { return false }
    do {
      try await storage.write(catalog.encoded())
      return true
    } catch {
      logger.warning("The last good catalog cannot be kept", metadata: ["error": "\(error)"])
      return false
    }
  }
}
