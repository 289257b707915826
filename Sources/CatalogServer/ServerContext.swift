import Hummingbird
import NIOCore

/// What is known about a request beside the message itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Who is at the other end of the connection; a proxy where there is one in front.
  var remoteAddress: SocketAddress? { channel.remoteAddress }

  /// Whether the connection came over a worker's private socket, which only the user who runs the workers can reach.
  var isPrivate: Bool {
    guard case .unixDomainSocket? = channel.localAddress else { return false }
    return true
  }
}
