import Hummingbird
import Logging
import NIOCore

/// What is known about a request beside the message itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The same request, with its name in everything that is logged about it, in the place of the library's own.
  func named(_ id: String) -> ServerContext {
    var context = self
    context.logger[metadataKey: "hb.request.id"] = nil
    context.logger[metadataKey: "request_id"] = "\(id)"
    return context
  }

  /// Who is at the other end of the connection; a proxy where there is one in front.
  var remoteAddress: SocketAddress? { channel.remoteAddress }

  /// Whether the connection came over a worker's private socket, which only the user who runs the workers can reach.
  var isPrivate: Bool {
    guard case .unixDomainSocket? = channel.localAddress else { return false }
    return true
  }
}
