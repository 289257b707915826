import NIOCore

/// Turns the bytes of a channel into answers and pushes of its connection, and asks for a sign of life regularly.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let connection: RedisConnection
  private let heartbeat: TimeAmount
  private var parser: RESPParser
  private var heartbeatTask: RepeatedTask?

  /// A handler for `connection` that sends `PING` every `heartbeat`.
  init(connection: RedisConnection, limits: RedisLimits, heartbeat: TimeAmount) {
    self.connection = connection
    self.heartbeat = heartbeat
    parser = RESPParser(limits: limits)
  }

  func channelActive(context: ChannelHandlerContext) {
    let connection = connection
    heartbeatTask = context.eventLoop.scheduleRepeatedTask(initialDelay: heartbeat, delay: heartbeat) { _ in
      connection.post(["PING"], isAnswered: true)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    parser.append(unwrapInboundIn(data))
    var replies: [RedisValue] = []
    do throws(RedisError) {
      while let value = try parser.next() {
        if case .push(let elements) = value {
          connection.received(push: elements)
        } else {
          replies.append(value)
        }
      }
      connection.received(replies)
    } catch {
      connection.received(replies)
      connection.close(reason: "\(error)", error: error)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { connection.flush() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    connection.close(reason: connectionFailure(error))
  }

  func channelInactive(context: ChannelHandlerContext) {
    heartbeatTask?.cancel()
    connection.close(reason: "the server closed the connection")
  }
}
