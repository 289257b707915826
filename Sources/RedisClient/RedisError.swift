/// Why a command has no result. No case contains a password.
public enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no connection; the command was not sent.
  case notConnected(reason: String)
  /// No answer came in time. The server may or may not have carried the command out.
  case timedOut
  /// Too many commands wait for an answer; this one was not sent.
  case overloaded
  /// The connection went while the command was under way. The server may or may not have carried it out.
  case disconnected
  /// The server refused the command, or refuses every connection (`WRONGPASS`, `NOAUTH`, `LOADING`).
  case server(RedisServerError)
  /// The server sent bytes that are not RESP3 or exceed a limit; the connection was closed.
  case protocolViolation(String)
  /// The server answered with a value that the command does not have.
  case unexpectedReply(command: String, kind: String)
  /// The caller's task was cancelled. The server may or may not have carried the command out.
  case cancelled

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .notConnected(let reason):
      "No connection to Redis: \(reason). It is tried again by itself; check the address and that the server runs."
    case .timedOut:
      "Redis did not answer in time. Check its load and SLOWLOG, or raise the command timeout."
    case .overloaded:
      "Too many commands wait for Redis. Send fewer at a time, or raise the limits of pending commands and bytes."
    case .disconnected:
      "The connection to Redis went while the command was under way; check whether it took effect before you repeat it."
    case .server(let error): "Redis refused: \(error). \(Self.advice(for: error.code))"
    case .protocolViolation(let detail):
      "Redis sent something that cannot be read: \(detail). Check that the address is that of a Redis server, 6.2 or"
        + " later, or raise the limits."
    case .unexpectedReply(let command, let kind):
      "Redis answered \(command) with \(kind), which it should not. Check what the key holds and the server's version."
    case .cancelled: "The call was cancelled; check whether the command took effect before you repeat it."
    }
  }

  private static func advice(for code: String) -> String {
    switch code {
    case "WRONGPASS", "NOAUTH": "Check user and password in the URL."
    case "NOPERM": "Give the user the right to this command, key or channel (ACL SETUSER)."
    case "LOADING": "It is reading its data from disk; wait."
    case "OOM": "Its memory is full; raise maxmemory or set an eviction policy."
    case "READONLY": "This server is a replica; the master is looked for again."
    case "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN": "The cluster is changing; try again later."
    case "WRONGTYPE": "The key holds another type; delete it or use another key."
    default: "Read the message and the documentation of the command."
    }
  }
}
