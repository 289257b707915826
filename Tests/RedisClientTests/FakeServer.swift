import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

@testable import RedisClient

/// A value that tests change while a server reads it.
final class NIOLockedFlag: Sendable {
  private let box: NIOLockedValueBox<Bool>

  init(_ value: Bool) { box = NIOLockedValueBox(value) }

  var value: Bool {
    get { box.withLockedValue { $0 } }
    set { box.withLockedValue { $0 = newValue } }
  }
}

/// A server that answers as a test says, for what a real one does not do on demand.
final class FakeServer: Sendable {
  /// The bytes to send in answer to a command; nil for none.
  typealias Script = @Sendable ([String]) -> String?

  private let channel: any Channel
  private let received = NIOLockedValueBox<[[String]]>([])

  /// Listens on a free port.
  init(_ script: @escaping Script) async throws {
    let received = received
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(script: script, received: received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  var port: Int { channel.localAddress?.port ?? 0 }
  var url: String { "redis://127.0.0.1:\(port)" }
  /// The commands that arrived, without those that every connection begins with.
  var commands: [[String]] {
    received.withLockedValue { $0.filter { $0.first != "HELLO" && $0.first != "PING" } }
  }

  func close() { channel.close(promise: nil) }

  /// Answers the commands that every connection begins with; anything else as `script` says.
  static func greeting(_ script: @escaping Script) -> Script {
    { command in
      switch command.first {
      case "HELLO": "%1\r\n+proto\r\n:3\r\n"
      case "PING": "+PONG\r\n"
      default: script(command)
      }
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: Script
    private let received: NIOLockedValueBox<[[String]]>
    private var parser = RESPParser(limits: RedisLimits())

    init(script: @escaping Script, received: NIOLockedValueBox<[[String]]>) {
      self.script = script
      self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      parser.append(unwrapInboundIn(data))
      do {
        while let value = try parser.next() {
          let command = (value.array ?? []).compactMap(\.text)
          received.withLockedValue { $0.append(command) }
          guard let answer = script(command) else { continue }
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
      } catch {
        context.close(promise: nil)
      }
    }
  }
}
