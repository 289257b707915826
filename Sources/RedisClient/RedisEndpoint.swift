/// Where a server listens.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// A host name or address, and a port.
  case host(String, port: Int)
  /// The path of a Unix socket.
  case unixSocket(String)

  /// The address as in a URL.
  public var description: String {
    switch self {
    case .host(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    case .unixSocket(let path): path
    }
  }

  /// The host; empty for a Unix socket.
  var host: String {
    if case .host(let name, _) = self { name } else { "" }
  }
}
