import NIOCore
import NIOHTTP1
import NIOPosix

/// A client that asks one thing once and reads the answer to its end.
enum FirstAnswer {
  /// Why there was no answer.
  enum Failure: Error {
    /// The server did not start.
    case noServer
    /// The answer has another status than 200, or no body.
    case refused(status: UInt, bytes: Int)
    /// The connection ended before the answer did.
    case cut
  }

  /// Asks for `target` and returns when the last byte of the answer has come.
  ///
  /// - Throws: ``Failure``, or when the connection fails.
  static func wait(port: Int, target: String, acceptsGzip: Bool) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let answered = group.next().makePromise(of: Void.self)
    let channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(Reader(answered))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["host": "localhost"])
    if acceptsGzip { head.headers.add(name: "accept-encoding", value: "gzip") }
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    try await channel.writeAndFlush(HTTPClientRequestPart.end(nil))
    try await answered.futureResult.get()
    try await channel.close()
  }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answered: EventLoopPromise<Void>
    private var status: UInt = 0
    private var bytes = 0

    init(_ answered: EventLoopPromise<Void>) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): status = head.status.code
      case .body(let part): bytes += part.readableBytes
      case .end:
        if status == 200, bytes > 0 {
          answered.succeed()
        } else {
          answered.fail(Failure.refused(status: status, bytes: bytes))
        }
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { answered.fail(error) }

    func channelInactive(context: ChannelHandlerContext) { answered.fail(Failure.cut) }
  }
}
