import HummingbirdCore
import Logging
import NIOCore

/// A connection with the fast path in front of Hummingbird's own HTTP/1 handling.
struct FastPathChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let http1: HTTP1Channel
  private let answers: AnswerCache
  private let meter: RequestMeter
  private let clock: DateFieldClock
  private let limits: ServerLimits

  init(
    responder: @escaping HTTPChannelHandler.Responder, answers: AnswerCache, meter: RequestMeter, clock: DateFieldClock,
    limits: ServerLimits
  ) {
    http1 = HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [ResponseGate()],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerListBytes,
          maxHeaderFieldCount: limits.headerFields)))
    self.answers = answers
    self.meter = meter
    self.clock = clock
    self.limits = limits
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(IdleStateHandler(allTimeout: limits.idleTimeout))
      try pipeline.addHandler(FastPathHandler(answers: answers, meter: meter, clock: clock))
    }
    .flatMap { http1.setup(channel: channel, logger: logger) }
  }

  func handle(value: Value, logger: Logger) async { await http1.handle(value: value, logger: logger) }
}
