public import Logging
import NIOConcurrencyHelpers
import NIOPosix

/// A few connections to a PostgreSQL database, each on a thread of its own.
///
/// Work is a closure that runs on such a thread and may block there; tasks of Swift concurrency only wait for it. What a
/// connection breaks or two transactions get into each other's way with is tried again, as far as that cannot do
/// anything twice.
public final class PostgresClient: Sendable {
  /// What a transaction sees and may do.
  public enum Mode: Sendable {
    /// Everything as of one moment, nothing can be written.
    case snapshot
    /// Everything that was committed before each statement.
    case write
    /// As ``write``, for work that waits for no lock that anybody holds for long: it need not stand behind writers that do.
    case note
  }

  private let configuration: PostgresConfiguration
  private let logger: Logger
  private let threads: NIOThreadPool
  private let places: Places
  /// Where writers wait before they take a place: they may wait long for each other, and those who only ask must not.
  private let writers: Places
  private let idle = ThreadConnection()
  private let usesPreparedStatements = NIOLockedValueBox(true)
  private let limiter: RateLimiter?

  /// A client that connects when it is first asked; ``close()`` must be called in the end.
  ///
  /// - Parameters:
  ///   - configuration: where the database is, and how many connections are kept.
  ///   - logger: receives what operators should know.
  public init(_ configuration: PostgresConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    limiter = configuration.maximumTransactionsPerSecond.map { RateLimiter(perSecond: $0) }
    places = Places(configuration.poolSize)
    writers = Places(max(1, configuration.poolSize - 1))
    threads = NIOThreadPool(numberOfThreads: configuration.poolSize)
    threads.start()
  }

  /// Ends the connections when the work under way has ended.
  public func close() async {
    writers.close()
    places.close()
    do {
      try await threads.shutdownGracefully()
    } catch {
      logger.error("The threads of the database did not end", metadata: ["error": "\(error)"])
    }
  }

  // MARK: Work

  /// Runs one statement in a snapshot of its own, all of it in one exchange with the server.
  ///
  /// - Parameters:
  ///   - sql: the statement, without parameters.
  ///   - timeout: how long all of it may take.
  ///   - body: takes what is wanted from the rows.
  /// - Throws: ``PostgresError``, and what `body` throws.
  public func read<Result: Sendable>(
    _ sql: String, timeout: Duration,
    _ body: @escaping @Sendable (PostgresRows) throws -> Result
  ) async throws -> Result {
    try await retrying(timeout) { connection in
      let rows = try connection.rows(of: "\(Self.begin(.snapshot, connection)); \(sql); COMMIT")
      return try body(rows)
    }
  }

  /// Runs a transaction, which is rolled back when `body` throws.
  ///
  /// - Parameters:
  ///   - mode: what it sees and may do.
  ///   - timeout: how long all of it may take, waiting for a connection and for other transactions included.
  ///   - opening: statements that are sent together with its begin.
  ///   - isUndone: whether it is rolled back in any case.
  ///   - isRepeatable: whether `body` may run more than once, each time in a new transaction.
  ///   - body: the work.
  /// - Throws: ``PostgresError``, and what `body` throws.
  public func transaction<Result: Sendable>(
    _ mode: Mode, timeout: Duration, opening: String = "", isUndone: Bool = false, isRepeatable: Bool = true,
    _ body: @escaping @Sendable (PostgresConnection) throws -> Result
  ) async throws -> Result {
    try await retrying(timeout, isWriter: mode == .write, isRepeatable: isRepeatable) { connection in
      try connection.execute("\(Self.begin(mode, connection)); \(opening)")
      let result: Result
      do {
        result = try body(connection)
      } catch {
        connection.rollBack()
        throw error
      }
      try connection.end(mode, isUndone: isUndone)
      return result
    }
  }

  /// The statements that begin a transaction. Its settings end with it, because a pooler may give the session to others then.
  /// The server gives up a little earlier than the client, so that it can say why, and nothing goes on there that nobody waits
  /// for.
  private static func begin(_ mode: Mode, _ connection: PostgresConnection) -> String {
    let begin =
      switch mode {
      case .snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      case .write, .note: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
      }
    let left = ContinuousClock.now.duration(to: connection.deadline)
    return "\(begin); SET LOCAL statement_timeout = \(max(1, Int(left / .milliseconds(1)) * 9 / 10))"
  }

  /// How often work is tried that failed for a reason that may be gone the next time.
  private static var attempts: Int { 6 }

  private func retrying<Result: Sendable>(
    _ timeout: Duration, isWriter: Bool = false, isRepeatable: Bool = true,
    _ work: @escaping @Sendable (PostgresConnection) throws -> Result
  ) async throws -> Result {
    let deadline = ContinuousClock.now + timeout
    var attempt = 1
    while true {
      try await limiter?.wait(until: deadline)
      do {
        let isFirst = attempt == 1
        guard isWriter else { return try await onThread(deadline, isFirst: isFirst, work) }
        return try await writers.withPlace(until: deadline) {
          try await onThread(deadline, isFirst: isFirst, work)
        }
      } catch let error as PostgresError where isRepeatable && isWorthRetrying(error, attempt: attempt) {
        logger.debug("A transaction is tried again", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
        attempt += 1
        // Those who got into each other's way must not meet again.
        let pause = Duration.milliseconds(Int.random(in: 1...10) << min(attempt, 5))
        guard ContinuousClock.now + pause < deadline else { throw error }
        try await Task.sleep(for: pause)
      }
    }
  }

  private func isWorthRetrying(_ error: PostgresError, attempt: Int) -> Bool {
    if error.isForeignStatement {
      let wasUsed = usesPreparedStatements.withLockedValue { uses in
        defer { uses = false }
        return uses
      }
      if wasUsed { logger.info("A pooler stands before the database: statements are no longer prepared by name") }
      return attempt < Self.attempts
    }
    if error.isPassing { return attempt < Self.attempts }
    // An idle connection may have died long ago; when a new one breaks too, the database is in trouble.
    return error.kind != .unreachable && error.isDisconnection && attempt <= 2
  }

  /// Runs work on the first thread that is free, if one is before the deadline.
  ///
  /// - Parameter isFirst: whether an idle connection will do; after a failure it may be as dead as the one before.
  private func onThread<Result: Sendable>(
    _ deadline: ContinuousClock.Instant, isFirst: Bool,
    _ work: @escaping @Sendable (PostgresConnection) throws -> Result
  ) async throws -> Result {
    try await places.withPlace(until: deadline) {
      try await threads.runIfActive { try self.run(work, deadline, isFirst: isFirst) }
    }
  }

  private func run<Result>(
    _ work: (PostgresConnection) throws -> Result, _ deadline: ContinuousClock.Instant, isFirst: Bool
  ) throws -> Result {
    let connection = try takeConnection(deadline, isFirst: isFirst)
    // It is put back only when it is known to be in order.
    let result = Swift.Result { try work(connection) }
    if connection.isIdle, result.isRefusalAtMost { idle.variable.currentValue = connection }
    return try result.get()
  }

  private func takeConnection(
    _ deadline: ContinuousClock.Instant, isFirst: Bool
  ) throws(PostgresError) -> PostgresConnection {
    guard ContinuousClock.now < deadline else { throw PostgresError(.timedOut, "all connections were in use") }
    let uses = usesPreparedStatements.withLockedValue { $0 }
    if !isFirst { idle.variable.currentValue = nil }
    if let connection = idle.variable.currentValue {
      connection.deadline = deadline
      connection.usesPreparedStatements = uses
      idle.variable.currentValue = nil
      return connection
    }
    return try PostgresConnection(configuration, usesPreparedStatements: uses, deadline: deadline)
  }
}

/// The connection that a thread keeps for its next work; it ends with the thread.
///
/// `@unchecked`, because a thread only ever sees the value that it has put there itself.
private final class ThreadConnection: @unchecked Sendable {
  let variable = ThreadSpecificVariable<PostgresConnection>()
}

extension Result where Failure == any Error {
  /// Whether it is a success, or a failure after which the connection is in order.
  fileprivate var isRefusalAtMost: Bool {
    guard case .failure(let error as PostgresError) = self else { return true }
    return error.sqlState != nil && !error.isForeignStatement
  }
}
