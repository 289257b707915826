/// Runs work, and cancels it when it takes longer than `limit`.
///
/// - Throws: what the work throws, or what `late` makes once the time is over.
func withDeadline<Result: Sendable>(
  _ limit: Duration, late: @escaping @Sendable () -> any Error, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw late()
    }
    defer { group.cancelAll() }
    guard let result = try await group.next() else { throw CancellationError() }
    return result
  }
}
