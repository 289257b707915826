/// Runs `body` and then `close`, whether `body` failed or not.
///
/// - Throws: what `body` throws, and what `close` throws.
func closing<Result>(_ close: () async throws -> Void, _ body: () async throws -> Result) async throws -> Result {
  let result: Swift.Result<Result, any Error>
  do {
    result = .success(try await body())
  } catch {
    result = .failure(error)
  }
  try await close()
  return try result.get()
}
