import Catalog

/// A lease that is prolonged for as long as work goes on, so that it ends soon after the worker that held it.
struct HeldLease: Sendable {
  let name: String
  let token: String
  let store: any SyncRecords

  /// How long nobody else takes over from a worker that is gone.
  static let duration = Duration.seconds(60)

  /// Runs work that nobody else does meanwhile.
  ///
  /// - Returns: nil when somebody else holds the lease; then nothing is done.
  /// - Throws: what the work throws, ``Lost`` when the lease is lost, and failures of the database.
  func whileHeld<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result? {
    guard try await store.acquireLease(name, token: token, for: Self.duration) else { return nil }
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await prolonging(work))
    } catch {
      result = .failure(error)
    }
    // Cancelled work cannot ask the database, so that this is not part of it: others need not wait for the lease's end.
    try await Task { try await store.releaseLease(name, token: token) }.value
    return try result.get()
  }

  private func prolonging<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await work() }
      group.addTask {
        while true {
          try await Task.sleep(for: Self.duration / 3)
          guard try await store.acquireLease(name, token: token, for: Self.duration) else { throw Lost(name: name) }
        }
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw CancellationError() }
      return result
    }
  }

  /// Somebody else has taken the lease.
  struct Lost: Error, CustomStringConvertible {
    let name: String
    var description: String { "the lease \"\(name)\" was lost to another worker" }
  }
}
