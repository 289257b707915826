/// Does what is still to be said when a task has been cancelled: cancelled tasks get no answer from the database.
///
/// - Parameters:
///   - limit: how long it is waited for, as a process that ends is not waited for long.
///   - work: goes on when nobody waits for it any more; what depends on it must come right without it.
/// - Throws: what the work throws, and ``LastWordsUnheard`` when it takes too long.
func lastWords(within limit: Duration = .seconds(2), _ work: @escaping @Sendable () async throws -> Void) async throws {
  let (ends, end) = AsyncStream<Result<Void, any Error>>.makeStream()
  // Tasks of their own, since children are cancelled with this one, and are waited for however long they take.
  Task {
    do {
      try await work()
      end.yield(.success(()))
    } catch {
      end.yield(.failure(error))
    }
  }
  let patience = Task {
    do {
      try await Task.sleep(for: limit)
      end.yield(.failure(LastWordsUnheard(limit: limit)))
    } catch {
      // It was said in time.
    }
  }
  let first = await Task { await ends.first { _ in true } }.value
  patience.cancel()
  try first?.get()
}

/// What was still to be said took too long.
struct LastWordsUnheard: Error, CustomStringConvertible {
  let limit: Duration
  var description: String { "the database did not answer within \(limit.inSeconds) s" }
}
