import NIOCore
import Tracing

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
  private let tracing: RequestTracing?
  private var date = CurrentDate()
  /// Requests that were handed on and have no response yet.
  private var handedOn = 0
  private var isBypassed = false
  /// Whether nothing that comes now is read any more.
  private var isInputOver = false
  /// Bytes that wait for the client to take what was written for it.
  private var waiting: ByteBuffer?
  private var hasWritten = false
  private var isReadWanted = false
  private let idleTimeout: TimeAmount
  private var idleCheck: Scheduled<Void>?
  private let requestTimeout: TimeAmount
  /// When the first byte came of the request that is being received behind the fast path; nil while none is.
  private var receivingSince: NIODeadline?
  private var requestCheck: Scheduled<Void>?
  private var wasActive = false
  /// The bytes that the client had not taken yet at the last idle check.
  private var unsentBytes = 0
  /// Whether the client said that it sends no more while requests of it were still waiting.
  private var isEndHeld = false
  /// Whether anything was ever received.
  private var hasReceived = false
  /// Whether the server is to end, and this connection still waits for its first request.
  private var isQuiescingHeld = false

  /// How long a new connection may take to send its first request when the server is to end.
  private static let firstRequestPatience = TimeAmount.seconds(1)

  /// The largest body, in bytes, that is copied behind its head to be sent with it in one write.
  private static let largestCopiedBody = 16_384

  init(
    answers: AnswerCache, meter: RequestMeter, tracing: RequestTracing? = nil, idleTimeout: TimeAmount,
    requestTimeout: TimeAmount
  ) {
    self.answers = answers
    self.meter = meter
    self.tracing = tracing
    self.idleTimeout = idleTimeout
    self.requestTimeout = requestTimeout
  }

  func channelActive(context: ChannelHandlerContext) {
    scheduleIdleCheck(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    idleCheck?.cancel()
    requestCheck?.cancel()
    isQuiescingHeld = false
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What is dropped is no activity either, so that it keeps no connection open.
    guard !isInputOver else { return }
    wasActive = true
    hasReceived = true
    var buffer = unwrapInboundIn(data)
    if isBypassed {
      beginRequest(context)
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
    if hasReceived { quiesce(context) }
  }

  /// Reads no more from a client that does not take its answers.
  func read(context: ChannelHandlerContext) {
    if waiting == nil { context.read() } else { isReadWanted = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    wasActive = true
    if context.channel.isWritable, let buffer = waiting {
      waiting = nil
      answer(buffer, context: context)
      flushIfNeeded(context)
      if waiting == nil { resumeReading(context) }
    }
    context.fireChannelWritabilityChanged()
  }

  private func resumeReading(_ context: ChannelHandlerContext) {
    if isReadWanted {
      isReadWanted = false
      context.read()
    }
    if isEndHeld {
      isEndHeld = false
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }
  }

  /// Holds back the end of the input behind the requests that came before it, and the end of the server until a new
  /// connection has sent its first request: nobody sends that again, as it must have been lost on the way.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if waiting != nil, case .inputClosed? = event as? ChannelEvent {
      isEndHeld = true
    } else if !hasReceived, event is ChannelShouldQuiesceEvent {
      isQuiescingHeld = true
      let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
      let boundSelf = NIOLoopBound(self, eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: Self.firstRequestPatience) { boundSelf.value.quiesce(boundContext.value) }
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  private func quiesce(_ context: ChannelHandlerContext) {
    guard isQuiescingHeld else { return }
    isQuiescingHeld = false
    context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }

  /// Closes once everything written so far has been sent; the socket would drop what it has not taken yet.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode != .input else { return context.close(mode: mode, promise: promise) }
    let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
    let sent = context.eventLoop.makePromise(of: Void.self)
    sent.futureResult.whenComplete { _ in boundContext.value.close(mode: mode, promise: promise) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
  }

  private func scheduleIdleCheck(_ context: ChannelHandlerContext) {
    let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
    let boundSelf = NIOLoopBound(self, eventLoop: context.eventLoop)
    idleCheck = context.eventLoop.scheduleTask(in: idleTimeout) { boundSelf.value.checkIdle(boundContext.value) }
  }

  /// Closes the connection when nothing was read or sent since the last check and no answer is owed to a client that
  /// takes its answers.
  private func checkIdle(_ context: ChannelHandlerContext) {
    let unsentBefore = unsentBytes
    unsentBytes = Self.unsentBytes(of: context.channel)
    let isAnswerOwed = handedOn > 0 && context.channel.isWritable
    if wasActive || unsentBytes != unsentBefore || isAnswerOwed {
      wasActive = false
      scheduleIdleCheck(context)
    } else {
      context.close(promise: nil)
    }
  }

  // MARK: How long a request may take to come

  /// Notes that bytes of a request have come, which has to be complete in time: a client that sends a byte now and then must not
  /// hold a connection for ever.
  private func beginRequest(_ context: ChannelHandlerContext) {
    guard receivingSince == nil else { return }
    receivingSince = context.eventLoop.now
    if requestCheck == nil { scheduleRequestCheck(at: context.eventLoop.now + requestTimeout, context) }
  }

  /// A request has come as a whole.
  func requestReceived() { receivingSince = nil }

  /// The last request that the parser reads has come as a whole. What follows is dropped.
  func lastRequestReceived() {
    requestReceived()
    isInputOver = true
  }

  private func scheduleRequestCheck(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
    let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
    let boundSelf = NIOLoopBound(self, eventLoop: context.eventLoop)
    requestCheck = context.eventLoop.scheduleTask(deadline: deadline) {
      boundSelf.value.checkRequest(boundContext.value)
    }
  }

  /// Closes the connection when the request that is being received has taken too long.
  private func checkRequest(_ context: ChannelHandlerContext) {
    requestCheck = nil
    guard let receivingSince else { return }
    let deadline = receivingSince + requestTimeout
    if deadline <= context.eventLoop.now {
      context.close(promise: nil)
    } else {
      scheduleRequestCheck(at: deadline, context)
    }
  }

  private static func unsentBytes(of channel: any Channel) -> Int {
    do {
      return try channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
    } catch {
      // A channel that is closed already has nothing to send.
      return 0
    }
  }

  /// A response to a request that was handed on has been written.
  func responseWritten() { handedOn = max(0, handedOn - 1) }

  private func answer(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
    var buffer = bytes
    var start = NIODeadline.now()
    while buffer.readableBytes > 0 {
      guard context.channel.isWritable else {
        waiting = buffer
        return
      }
      guard let request = PlainRequest(buffer.readableBytesView) else {
        isBypassed = true
        beginRequest(context)
        context.fireChannelRead(wrapInboundOut(buffer))
        return
      }
      let spanStart = tracing == nil ? nil : DefaultTracerClock.now
      if handedOn == 0, let served = answers.ready(request.target, acceptsGzip: request.acceptsGzip) {
        let head = buffer.readableBytesView
        buffer.moveReaderIndex(forwardBy: request.length)
        start = write(
          served, to: request, in: head, since: start, tracedSince: spanStart, context: context)
      } else if let head = buffer.readSlice(length: request.length) {
        handedOn += 1
        context.fireChannelRead(wrapInboundOut(head))
      }
    }
  }

  /// - Parameters:
  ///   - start: when the request was taken up.
  ///   - spanStart: the same by the clock of traces; nil where there are none.
  /// - Returns: when it was answered, which is when the next one is taken up: one look at the clock for each.
  private func write(
    _ served: ServedAnswer, to request: PlainRequest, in requestHead: ByteBufferView, since start: NIODeadline,
    tracedSince spanStart: DefaultTracerClock.Timestamp?, context: ChannelHandlerContext
  ) -> NIODeadline {
    let body = served.body
    let isNotModified =
      request.ifNoneMatch.map { ResponseFields.matches(ifNoneMatch: $0, entityTag: body.entityTag) } ?? false
    let size = isNotModified ? 0 : body.content.count
    let requestID = request.requestID.map { requestHead[$0, from: requestHead] }
    let head = head(of: served, isNotModified: isNotModified, requestID: requestID)
    // One write for small bodies; large ones are not copied.
    let isCopied = size <= Self.largestCopiedBody
    var bytes = context.channel.allocator.buffer(capacity: head.count + (isCopied ? size : 0))
    bytes.writeBytes(head)
    if isCopied, !isNotModified { body.content.write(to: &bytes) }
    context.write(wrapOutboundOut(bytes), promise: nil)
    if !isCopied { context.write(wrapOutboundOut(body.content.buffer), promise: nil) }
    hasWritten = true
    let status = isNotModified ? 304 : 200
    let end = NIODeadline.now()
    meter.record(view: served.answer.view, status: status, bytes: size, isCached: true, duration: end - start)
    if let tracing, let spanStart {
      tracing.record(served, to: request, in: requestHead, status: status, bytes: size, since: spanStart)
    }
    return end
  }

  private func head(of served: ServedAnswer, isNotModified: Bool, requestID: ByteBufferView?) -> [UInt8] {
    var head: [UInt8] = []
    head.reserveCapacity(512)
    head.append(isNotModified ? "HTTP/1.1 304 Not Modified\r\n" : "HTTP/1.1 200 OK\r\n")
    served.body.appendFields(isNotModified: isNotModified, to: &head)
    ResponseFields.forEach(of: served) { name, value in head.appendField(name, value) }
    head.appendField("date", date.text)
    if let requestID {
      head.append("x-request-id: ")
      head.append(contentsOf: requestID)
      head.append("\r\n")
    }
    head.append("\r\n")
    return head
  }

  private func flushIfNeeded(_ context: ChannelHandlerContext) {
    guard hasWritten else { return }
    hasWritten = false
    context.flush()
  }
}
