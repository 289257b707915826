import NIOCore
import NIOHTTPTypes

/// Tells the fast path, from behind the HTTP parser, of what it does not see: that a request has come as a whole, and that a
/// response has been written.
final class ResponseGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) { tellFastPath(context) { $0.requestReceived() } }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
    context.write(data, promise: promise)
    if isEnd { tellFastPath(context) { $0.responseWritten() } }
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
