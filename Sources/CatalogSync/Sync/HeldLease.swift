import Catalog
import Logging
import TieredCaching

/// A lease that is prolonged for as long as work goes on, so that it ends soon after the worker that held it.
struct HeldLease: Sendable {
  let name: String
  let token: String
  let store: any SyncRecords
  let logger: Logger

  var time: any TimeSource = SystemTime()

  /// How long nobody else takes over from a worker that is gone.
  static let duration = Duration.seconds(60)

  /// Runs work that nobody else does meanwhile.
  ///
  /// - Returns: nil when somebody else holds the lease; then nothing is done.
  /// - Throws: what the work throws, ``Lost`` when the lease is lost, and failures of the database.
  func whileHeld<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result? {
    let asked = time.now
    guard try await store.acquireLease(name, token: token, for: Self.duration) else { return nil }
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await prolonging(until: asked + Self.duration, work))
    } catch {
      result = .failure(error)
    }
    await release()
    return try result.get()
  }

  /// Ends the lease. What the work did stands whether that works or not; the lease then ends by itself.
  private func release() async {
    do {
      try await lastWords { try await store.releaseLease(name, token: token) }
    } catch {
      logger.info("A lease could not be ended", metadata: ["lease": "\(name)", "reason": "\(error)"])
    }
  }

  private func prolonging<Result: Sendable>(
    until end: Duration, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await work() }
      group.addTask { try await prolong(from: end) }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw CancellationError() }
      return result
    }
  }

  /// Prolongs the lease for as long as that works. A database that does not answer for a moment does not end the work.
  private func prolong(from end: Duration) async throws -> Never {
    var end = end
    while true {
      try await time.sleep(until: time.now + Self.duration / 6)
      let asked = time.now
      do {
        guard try await store.acquireLease(name, token: token, for: Self.duration) else { throw Lost(name: name) }
        end = asked + Self.duration
      } catch let error as StoreError {
        // The work ends before the lease does.
        guard time.now + Self.duration / 6 < end else { throw error }
      }
    }
  }

  /// Somebody else has taken the lease.
  struct Lost: Error, CustomStringConvertible {
    let name: String
    var description: String { "the lease \"\(name)\" was lost to another worker" }
  }
}
