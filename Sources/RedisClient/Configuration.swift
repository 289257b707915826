extension RedisClient {
  /// Where the server is, how to log in, and how long to wait.
  public struct Configuration: Sendable, Equatable {
    /// What is connected to.
    public enum Target: Sendable, Equatable {
      /// A server, or any node of a cluster.
      case server(RedisEndpoint)
      /// The master that these sentinels name for `service`.
      case sentinel([RedisEndpoint], service: String)
    }

    /// Which certificate authorities are trusted.
    public enum TrustRoots: Sendable, Equatable {
      /// Those of the operating system.
      case system
      /// Those in a file in the PEM format.
      case file(String)
    }

    /// What is connected to.
    public var target: Target
    /// User and password; nil for a server without.
    public var credentials: RedisCredentials?
    /// The number of the database.
    public var database = 0
    /// Whether connections are encrypted. The certificate and the host name are always verified.
    public var usesTLS = false
    /// Which certificate authorities are trusted.
    public var trustRoots = TrustRoots.system
    /// How long each step of connecting may take.
    public var connectTimeout = Duration.seconds(1)
    /// How long a command waits for its answer unless the call says otherwise.
    public var commandTimeout = Duration.milliseconds(500)
    /// How long the server may be silent while a command is unanswered before it is connected to anew. A command that
    /// was given more time extends it.
    public var stallTimeout = Duration.seconds(3)
    /// How often each connection asks for a sign of life, so that a dead one is noticed although nobody uses it.
    public var heartbeat = Duration.seconds(1)
    /// What a connection takes before it refuses.
    public var limits = RedisLimits()
    /// The name that `CLIENT LIST` shows; no spaces. Nil for none.
    public var clientName: String?

    /// A configuration for a target.
    public init(target: Target) { self.target = target }
  }
}

extension RedisClient.Configuration: CustomStringConvertible, CustomDebugStringConvertible {
  /// The target as in a URL; the password does not show.
  public var description: String {
    let login = credentials.map { "\($0)@" } ?? ""
    let path = database == 0 ? "" : "/\(database)"
    switch target {
    case .server(.unixSocket(let socket)): return "unix://\(socket)"
    case .server(let endpoint): return "\(usesTLS ? "rediss" : "redis")://\(login)\(endpoint)\(path)"
    case .sentinel(let endpoints, let service):
      let hosts = endpoints.map(\.description).joined(separator: ",")
      return "redis-sentinel://\(login)\(hosts)/\(service)\(path)"
    }
  }

  /// The same as ``description``.
  public var debugDescription: String { description }
}
