import Catalog
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// One TCP connection that sends bytes exactly as a test gives them and reads only when a test asks for more.
final class TestClient: Sendable {
  private let channel: any Channel
  private let inbox: Inbox

  private init(channel: any Channel, inbox: Inbox) {
    self.channel = channel
    self.inbox = inbox
  }

  /// Runs `body` with a connection to a port of this machine, and closes it afterwards.
  static func connect<Result: Sendable>(
    to port: Int, _ body: (TestClient) async throws -> Result
  ) async throws -> Result {
    let inbox = Inbox()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: false)
      // Small, so that a client that does not read is noticed soon.
      .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer { $0.pipeline.addHandler(inbox) }
      .connect(host: "127.0.0.1", port: port).get()
    defer { channel.close(promise: nil) }
    return try await withTaskCancellationHandler {
      try await body(TestClient(channel: channel, inbox: inbox))
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  /// Sends a text without waiting for it to arrive.
  func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

  /// Sends a text in pieces of one write each.
  func send(pieces: [Substring]) async throws {
    for piece in pieces { try await channel.writeAndFlush(ByteBuffer(substring: piece)) }
  }

  /// Says that nothing more will be sent.
  func finish() async throws { try await channel.close(mode: .output) }

  /// Reads the next response.
  ///
  /// - Parameter hasBody: false for the response to a `HEAD` request.
  /// - Throws: ``ClientError`` when the server closes the connection before its end.
  func response(hasBody: Bool = true) async throws -> TestResponse {
    while true {
      let response = try inbox.state.withLockedValue { state in
        state.bytes.discardReadBytes()
        return try TestResponse(readFrom: &state.bytes, hasBody: hasBody)
      }
      if let response { return response }
      guard await more() else { throw ClientError.closedEarly }
    }
  }

  /// Reads until the server closes its side; gives all bytes that were not part of a response yet.
  func rest() async -> ByteBuffer {
    while await more() {}
    return inbox.state.withLockedValue { $0.bytes }
  }

  /// Waits for bytes that nobody looked at yet; false when the server has closed the connection and there are none.
  private func more() async -> Bool {
    await withCheckedContinuation { continuation in
      let known: Bool? = inbox.state.withLockedValue { state in
        if state.hasNews || state.isClosed {
          defer { state.hasNews = false }
          return state.hasNews
        }
        state.waiter = continuation
        return nil
      }
      if let known { continuation.resume(returning: known) } else { channel.read() }
    }
  }
}

/// What went wrong on the client's side.
enum ClientError: Error {
  /// The connection was closed in the middle of a response.
  case closedEarly
  /// The bytes are no response, or one of a form that the server never sends.
  case malformed(String)
}

/// Keeps what arrives until the test takes it.
private final class Inbox: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  struct State {
    var bytes = ByteBuffer()
    /// Whether bytes came while nobody waited for them.
    var hasNews = false
    var isClosed = false
    var waiter: CheckedContinuation<Bool, Never>?
  }

  let state = NIOLockedValueBox(State())

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    let waiter = state.withLockedValue { state in
      state.bytes.writeBuffer(&buffer)
      defer { state.waiter = nil }
      state.hasNews = state.waiter == nil
      return state.waiter
    }
    waiter?.resume(returning: true)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent { close() }
  }

  func channelInactive(context: ChannelHandlerContext) { close() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func close() {
    let waiter = state.withLockedValue { state in
      state.isClosed = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: false)
  }
}
