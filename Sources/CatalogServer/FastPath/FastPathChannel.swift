import HummingbirdCore
import Logging
import NIOCore

/// A connection with the fast path in front of Hummingbird's own HTTP/1 handling.
struct FastPathChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let http1: HTTP1Channel
  private let answers: AnswerCache
  private let meter: RequestMeter
  private let tracing: RequestTracing?
  private let limits: ServerLimits

  init(
    responder: @escaping HTTPChannelHandler.Responder, answers: AnswerCache, meter: RequestMeter,
    tracing: RequestTracing?, limits: ServerLimits
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
    self.tracing = tracing
    self.limits = limits
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(
        FastPathHandler(
          answers: answers, meter: meter, tracing: tracing, idleTimeout: limits.idleTimeout,
          requestTimeout: limits.requestTimeout))
    }
    .flatMap { http1.setup(channel: channel, logger: logger) }
  }

  func handle(value: Value, logger: Logger) async { await http1.handle(value: value, logger: logger) }
}
