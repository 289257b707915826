import NIOCore
import NIOHTTPTypes

/// Tells the fast path, from behind the HTTP parser, when a response that it does not see has been written.
final class ResponseGate: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
    context.write(data, promise: promise)
    guard isEnd else { return }
    do {
      try context.pipeline.syncOperations.handler(type: FastPathHandler.self).responseWritten()
    } catch {
      // The connection is closing and its handlers are being removed: there are no more requests to order.
      context.fireErrorCaught(error)
    }
  }
}
