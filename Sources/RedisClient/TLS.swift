import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

/// Makes the TLS handlers of a client's connections. The trust roots are read once, at the first connection.
final class TLSHandlerSource: Sendable {
  private let trustRoots: RedisClient.Configuration.TrustRoots
  private let context = NIOLockedValueBox<NIOSSLContext?>(nil)

  init(trustRoots: RedisClient.Configuration.TrustRoots) { self.trustRoots = trustRoots }

  /// The context of connections; fails with a reason if the trust roots cannot be read.
  func preparedContext() throws(RedisError) -> NIOSSLContext {
    if let context = context.withLockedValue({ $0 }) { return context }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    if case .file(let path) = trustRoots { configuration.trustRoots = .file(path) }
    do {
      let fresh = try NIOSSLContext(configuration: configuration)
      context.withLockedValue { $0 = fresh }
      return fresh
    } catch {
      throw .notConnected(reason: "the trusted certificates cannot be read: \(error)")
    }
  }

  /// A handler for a connection to `endpoint`, whose name or address its certificate must hold.
  static func handler(_ context: NIOSSLContext, endpoint: RedisEndpoint) throws -> NIOSSLClientHandler {
    guard case .host(let name, _) = endpoint, !isAddress(name) else {
      // Without a name the certificate must hold the address that was connected to.
      return try NIOSSLClientHandler(context: context, serverHostname: nil)
    }
    return try NIOSSLClientHandler(context: context, serverHostname: name)
  }

  private static func isAddress(_ host: String) -> Bool {
    do {
      _ = try SocketAddress(ipAddress: host, port: 0)
      return true
    } catch {
      return false
    }
  }
}
