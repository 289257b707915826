/// Why PostgreSQL could not be asked, or refused.
public struct PostgresError: Error, CustomStringConvertible, Sendable {
  /// What kind of failure it is.
  public enum Kind: Sendable, Hashable {
    /// No connection could be made.
    case unreachable
    /// The connection broke while something was asked.
    case lost
    /// There was no answer in time.
    case timedOut
    /// The server refused; the SQLSTATE says why (PostgreSQL manual, appendix A).
    case server(sqlState: String)
    /// The connection broke while the transaction was being committed, so nobody knows whether it was.
    case commitUnknown
    /// More was asked than the configured number of transactions per second lets through.
    case overLimit
    /// The client has been closed.
    case closed
    /// The server sent what the protocol does not allow here.
    case malformed
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// What the server or the library said; never a password.
  public let message: String

  /// A failure.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// What the server or the library said.
  public var description: String { message }

  /// The SQLSTATE, where the server gave one.
  public var sqlState: String? { if case .server(let state) = kind { state } else { nil } }

  /// Whether the same transaction can succeed when it is simply run again: serialization failures, deadlocks, and too many
  /// connections.
  var isPassing: Bool { ["40001", "40P01", "53300"].contains(sqlState) }

  /// Whether a pooler gave this session a server connection that does not know, or knows already, a prepared statement.
  var isForeignStatement: Bool { sqlState == "26000" || sqlState == "42P05" }

  /// Whether the connection is gone, or the server is about to end it: classes 08 and 57P.
  var isDisconnection: Bool {
    switch kind {
    case .lost, .unreachable: true
    case .server(let state): state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(state)
    default: false
    }
  }
}
