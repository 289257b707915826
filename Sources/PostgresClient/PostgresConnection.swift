import CLibpq
import Foundation

/// One connection, used by one thread at a time. Every call waits on the thread that it is made on, at most until the
/// deadline; the connection is of no use after an error whose ``PostgresError/kind`` is not `server`.
///
/// libpq is driven without blocking, as chapter 34.4 of the PostgreSQL manual says, so that no call outlives its deadline
/// whatever the network does.
public final class PostgresConnection {
  private let connection: OpaquePointer
  /// Until when calls may take.
  var deadline: ContinuousClock.Instant
  /// Statements that the server knows by name.
  private var prepared: Set<String> = []
  /// Whether statements may be prepared by name, which poolers of transactions cannot pass on.
  var usesPreparedStatements: Bool

  /// Connects.
  ///
  /// - Throws: ``PostgresError`` of the kinds `unreachable` and `timedOut`.
  init(
    _ configuration: PostgresConfiguration, usesPreparedStatements: Bool, deadline: ContinuousClock.Instant
  ) throws(PostgresError) {
    self.deadline = deadline
    self.usesPreparedStatements = usesPreparedStatements
    guard let connection = Self.start(configuration) else {
      throw PostgresError(.unreachable, "out of memory")
    }
    self.connection = connection
    do {
      try finishConnecting()
    } catch  where error.kind == .lost {
      throw PostgresError(.unreachable, error.message)
    }
    guard PQsetnonblocking(connection, 1) == 0 else { throw failure(.unreachable) }
    guard parameter("server_encoding") == "UTF8" else {
      throw PostgresError(
        .unreachable, "the database has the encoding \(parameter("server_encoding") ?? "?"), UTF8 is needed")
    }
  }

  deinit { PQfinish(connection) }

  private static func start(_ configuration: PostgresConfiguration) -> OpaquePointer? {
    let parameters = Array(configuration.parameters.merging(["client_encoding": "UTF8"]) { $1 })
    let keywords = parameters.map { strdup($0.key) }
    let values = parameters.map { strdup($0.value) }
    defer { for text in keywords + values { free(text) } }
    return (keywords + [nil]).map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
      (values + [nil]).map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
        PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
      }
    }
  }

  private func finishConnecting() throws(PostgresError) {
    PQsetNoticeReceiver(connection, { _, _ in }, nil)
    // So that the reason is said with its code.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    defer { PQsetErrorVerbosity(connection, PQERRORS_DEFAULT) }
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard PQstatus(connection) != CONNECTION_BAD, state != PGRES_POLLING_FAILED else {
        throw PostgresError(refusedConnection: String(cString: PQerrorMessage(connection)))
      }
      try wait(for: state == PGRES_POLLING_READING ? POLLIN : POLLOUT)
      state = PQconnectPoll(connection)
    }
  }

  /// Whether it can be used for another transaction.
  var isIdle: Bool { PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// What the server said about itself when the connection was made.
  public func parameter(_ name: String) -> String? { PQparameterStatus(connection, name).map { String(cString: $0) } }

  /// The protocol version and cipher; nil for a connection that is not encrypted.
  public var encryption: String? {
    guard PQsslInUse(connection) == 1 else { return nil }
    let attribute = { name in PQsslAttribute(self.connection, name).map { String(cString: $0) } ?? "?" }
    return "\(attribute("protocol")) \(attribute("cipher"))"
  }

  /// The number of the server's process, as told when the connection was made; a pooler tells another.
  var statedProcess: Int { Int(PQbackendPID(connection)) }

  // MARK: Asking

  /// Runs statements without parameters.
  ///
  /// - Throws: ``PostgresError``.
  public func execute(_ sql: String) throws(PostgresError) { _ = try rows(of: sql) }

  /// Runs statements without parameters in one exchange.
  ///
  /// - Returns: the rows of the last statement that gives any.
  func rows(of sql: String) throws(PostgresError) -> PostgresRows {
    guard PQsendQuery(connection, sql) == 1 else { throw failure(.lost) }
    return try lastResult()
  }

  /// Runs one statement with parameters `$1`, `$2` and so on.
  ///
  /// - Parameters:
  ///   - sql: the statement.
  ///   - parameters: their values as text; nil for NULL.
  /// - Returns: its rows.
  /// - Throws: ``PostgresError``.
  @discardableResult
  public func query(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> PostgresRows {
    guard parameters.allSatisfy({ $0?.utf8.contains(0) != true }) else {
      throw PostgresError(.malformed, "a text contains a NUL character, which PostgreSQL cannot keep")
    }
    let name = usesPreparedStatements ? try prepare(sql, parameterCount: parameters.count) : nil
    let values = parameters.map { $0.map { strdup($0) } }
    defer { for value in values { free(value ?? nil) } }
    let isSent = values.map { UnsafePointer($0 ?? nil) }.withUnsafeBufferPointer { values in
      let count = Int32(values.count)
      return if let name {
        PQsendQueryPrepared(connection, name, count, values.baseAddress, nil, nil, 0)
      } else {
        PQsendQueryParams(connection, sql, count, nil, values.baseAddress, nil, nil, 0)
      }
    }
    guard isSent == 1 else { throw failure(.lost) }
    return try lastResult()
  }

  /// The name by which the server knows a statement. It is made of the statement itself: behind a pooler another session
  /// may have prepared it, and the same name must mean the same.
  private func prepare(_ sql: String, parameterCount: Int) throws(PostgresError) -> String {
    let name = "modelcatalog_" + String(Self.hash(sql), radix: 16)
    guard !prepared.contains(name) else { return name }
    guard PQsendPrepare(connection, name, sql, Int32(parameterCount), nil) == 1 else { throw failure(.lost) }
    _ = try lastResult()
    prepared.insert(name)
    return name
  }

  /// FNV-1a with 64 bits (IETF draft-eastlake-fnv).
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Copies out what a query selects, row by row as the rows arrive.
  ///
  /// - Parameters:
  ///   - selection: the query; it takes no parameters, so it must contain nothing that was not checked.
  ///   - body: receives each row, which is valid only during the call.
  /// - Throws: ``PostgresError``, and what `body` throws; the connection is then of no use.
  public func copy(_ selection: String, _ body: (CopyRow) throws -> Void) throws {
    guard PQsendQuery(connection, "COPY (\(selection)) TO STDOUT") == 1 else { throw failure(.lost) }
    try flush()
    let start = try nextResult()
    guard let start, PQresultStatus(start) == PGRES_COPY_OUT else { throw try refusal(start) }
    PQclear(start)
    var fields = CopyRow.Fields()
    while let (line, count) = try nextLine() {
      defer { PQfreemem(line) }
      try body(CopyRow(UnsafeRawBufferPointer(start: line, count: count), &fields))
    }
    _ = try lastResult()
  }

  private func nextLine() throws(PostgresError) -> (UnsafeMutablePointer<CChar>, Int)? {
    while true {
      var line: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(connection, &line, 1)
      switch count {
      case -1: return nil
      case -2: throw failure(.lost)
      case 0: try receive()
      default:
        guard let line else { throw PostgresError(.malformed, "a row without data") }
        return (line, Int(count))
      }
    }
  }

  // MARK: Notifications

  /// What `NOTIFY` carried since the last call, without waiting.
  func takeNotifications() -> [String] {
    var payloads: [String] = []
    while let notification = PQnotifies(connection) {
      payloads.append(String(cString: notification.pointee.extra))
      PQfreemem(notification)
    }
    return payloads
  }

  /// Waits until the server sent something, at most until a time.
  ///
  /// - Returns: whether it did.
  func waitForInput(until limit: ContinuousClock.Instant) throws(PostgresError) -> Bool {
    guard try isReady(for: POLLIN, until: limit) else { return false }
    guard PQconsumeInput(connection) == 1 else { throw failure(.lost) }
    return true
  }

  // MARK: The socket

  /// The last of the results of what was sent, those with rows before all others, when all of them say success.
  private func lastResult() throws(PostgresError) -> PostgresRows {
    try flush()
    var last: PostgresRows?
    var hasRows = false
    var refusal: PostgresError?
    while let result = try nextResult() {
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK:
        last = PostgresRows(result)
        hasRows = true
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
        let rows = PostgresRows(result)
        if !hasRows { last = rows }
      default: refusal = try self.refusal(result)
      }
    }
    if let refusal { throw refusal }
    guard let last else { throw failure(.lost) }
    return last
  }

  /// Why a result is none, which is freed; nil stands for no result at all.
  private func refusal(_ result: OpaquePointer?) throws(PostgresError) -> PostgresError {
    guard let result else { return failure(.lost) }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_FATAL_ERROR || PQresultStatus(result) == PGRES_NONFATAL_ERROR else {
      throw PostgresError(.malformed, "an unexpected answer of the server")
    }
    let message = PostgresError.line(PQresultErrorMessage(result))
    guard let state = PQresultErrorField(result, modelcatalog_sqlstate_field) else {
      return PostgresError(.lost, message)
    }
    return PostgresError(.server(sqlState: String(cString: state)), message)
  }

  private func nextResult() throws(PostgresError) -> OpaquePointer? {
    while PQisBusy(connection) == 1 { try receive() }
    return PQgetResult(connection)
  }

  private func receive() throws(PostgresError) {
    try wait(for: POLLIN)
    guard PQconsumeInput(connection) == 1 else { throw failure(.lost) }
  }

  private func flush() throws(PostgresError) {
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1:
        // The server may stop reading until what it sent has been read.
        try wait(for: POLLIN | POLLOUT)
        guard PQconsumeInput(connection) == 1 else { throw failure(.lost) }
      default: throw failure(.lost)
      }
    }
  }

  private func wait(for events: Int32) throws(PostgresError) {
    guard try isReady(for: events, until: deadline) else { throw PostgresError(.timedOut, "no answer in time") }
  }

  private func isReady(for events: Int32, until limit: ContinuousClock.Instant) throws(PostgresError) -> Bool {
    var descriptor = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
    guard descriptor.fd >= 0 else { throw failure(.lost) }
    while true {
      let left = ContinuousClock.now.duration(to: limit)
      guard left > .zero else { return false }
      let count = poll(&descriptor, 1, Int32(clamping: Int((left / .milliseconds(1)).rounded(.up))))
      if count > 0 { return true }
      if count < 0, errno != EINTR { throw failure(.lost) }
    }
  }

  private func failure(_ kind: PostgresError.Kind) -> PostgresError {
    PostgresError(kind, PostgresError.line(PQerrorMessage(connection)))
  }
}
