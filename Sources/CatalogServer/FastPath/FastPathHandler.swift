import NIOCore

/// Answers requests whose answer is ready in memory, as bytes, before any HTTP parsing.
///
/// Everything else is handed on untouched, and order is kept: while a request that was handed on has no response yet,
/// later ones are handed on too. A connection that ever sends anything but plain heads (a body, a head in pieces, an
/// upgrade) is left to the real parser for good, so the two never have to agree on where a message ends.
final class FastPathHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answers: AnswerCache
  private let meter: RequestMeter
  private let clock: DateFieldClock
  /// Requests that were handed on and have no response yet.
  private var handedOn = 0
  private var isBypassed = false
  /// Bytes that wait for the client to take what was written for it.
  private var waiting: ByteBuffer?
  private var hasWritten = false
  private var isReadWanted = false

  init(answers: AnswerCache, meter: RequestMeter, clock: DateFieldClock) {
    self.answers = answers
    self.meter = meter
    self.clock = clock
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if isBypassed {
      context.fireChannelRead(data)
    } else if waiting != nil {
      waiting?.writeBuffer(&buffer)
    } else {
      answer(buffer, context: context)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flushIfNeeded(context)
    context.fireChannelReadComplete()
  }

  /// Reads no more from a client that does not take its answers.
  func read(context: ChannelHandlerContext) {
    if waiting == nil { context.read() } else { isReadWanted = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, let buffer = waiting {
      waiting = nil
      answer(buffer, context: context)
      flushIfNeeded(context)
      if waiting == nil, isReadWanted {
        isReadWanted = false
        context.read()
      }
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      if handedOn == 0 { context.close(promise: nil) }
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// A response to a request that was handed on has been written.
  func responseWritten() { handedOn = max(0, handedOn - 1) }

  private func answer(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
    var buffer = bytes
    while buffer.readableBytes > 0 {
      guard context.channel.isWritable else {
        waiting = buffer
        return
      }
      guard let request = PlainRequest(buffer.readableBytesView) else {
        isBypassed = true
        context.fireChannelRead(wrapInboundOut(buffer))
        return
      }
      if handedOn == 0, let served = answers.ready(request.target, acceptsGzip: request.acceptsGzip) {
        buffer.moveReaderIndex(forwardBy: request.length)
        write(served, to: request, context: context)
      } else if let head = buffer.readSlice(length: request.length) {
        handedOn += 1
        context.fireChannelRead(wrapInboundOut(head))
      }
    }
  }

  private func write(_ served: ServedAnswer, to request: PlainRequest, context: ChannelHandlerContext) {
    let isNotModified =
      request.ifNoneMatch.map { ResponseFields.matches(ifNoneMatch: $0, entityTag: served.body.entityTag) } ?? false
    var head = context.channel.allocator.buffer(capacity: 512)
    if isNotModified {
      head.writeStaticString("HTTP/1.1 304 Not Modified\r\n")
      for (name, value) in served.body.notModifiedFields { head.writeString("\(name): \(value)\r\n") }
    } else {
      head.writeStaticString("HTTP/1.1 200 OK\r\n")
      head.writeImmutableBuffer(served.body.encodedFields)
    }
    for (name, value) in ResponseFields.of(served) { head.writeString("\(name): \(value)\r\n") }
    head.writeImmutableBuffer(clock.field)
    head.writeStaticString("\r\n")
    let body = isNotModified ? ByteBuffer() : served.body.bytes
    // One write for small bodies; large ones are not copied.
    if body.readableBytes <= 16_384 {
      head.writeImmutableBuffer(body)
      context.write(wrapOutboundOut(head), promise: nil)
    } else {
      context.write(wrapOutboundOut(head), promise: nil)
      context.write(wrapOutboundOut(body), promise: nil)
    }
    hasWritten = true
    meter.record(view: served.answer.view, status: isNotModified ? 304 : 200, bytes: body.readableBytes)
  }

  private func flushIfNeeded(_ context: ChannelHandlerContext) {
    guard hasWritten else { return }
    hasWritten = false
    context.flush()
  }
}
