import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells the fast path, from behind the HTTP parser, of what it does not see: that a request has come as a whole, and that a
/// response has been written.
///
/// It also ends a connection behind a request that wants to leave HTTP: no other protocol is spoken here, and NIO's parser reads
/// nothing that follows such a request, but would keep all of it.
final class ResponseGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Requests that have no whole response yet.
  private var unanswered = 0
  /// Whether the newest request is the last one that the parser reads.
  private var isLast = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      unanswered += 1
      guard Self.leavesHTTP(head) else { break }
      isLast = true
      // With exactly this value Hummingbird ends the connection behind the response.
      head.headerFields[.connection] = "close"
      return context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body: break
    case .end: tellFastPath(context) { isLast ? $0.lastRequestReceived() : $0.requestReceived() }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where isLast && unanswered == 1:
      head.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      unanswered -= 1
      context.write(data, promise: promise)
      tellFastPath(context) { $0.responseWritten() }
    case .head, .body: context.write(data, promise: promise)
    }
  }

  /// Whether the parser takes what follows a request for another protocol: at least whenever NIO's does.
  private static func leavesHTTP(_ head: HTTPRequest) -> Bool {
    if head.method == .connect { return true }
    guard head.headerFields.contains(.upgrade), let connection = head.headerFields[.connection] else { return false }
    return connection.lowercased().contains("upgrade")
  }

  private func tellFastPath(_ context: ChannelHandlerContext, _ tell: (FastPathHandler) -> Void) {
    do {
      tell(try context.pipeline.syncOperations.handler(type: FastPathHandler.self))
    } catch {
      // The connection is closing and its handlers are being removed: there are no more requests to order.
      context.fireErrorCaught(error)
    }
  }
}
