import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// Answers the requests of one connection to a ``ReplayServer``.
final class ReplayHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let state: NIOLockedValueBox<ReplayServer.State>
  private var isUnderWay = false
  /// What has come of a request that has not ended yet.
  private var request: (head: HTTPRequestHead, body: [UInt8])?

  init(state: NIOLockedValueBox<ReplayServer.State>) { self.state = state }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = (head, [])
    case .body(let bytes): request?.body += bytes.readableBytesView
    case .end:
      guard let (head, body) = request else { return }
      request = nil
      received(context, head, body)
    }
  }

  private func received(_ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ body: [UInt8]) {
    let received = ReplayServer.Received(
      method: head.method.rawValue, target: head.uri, headers: head.headers.map { (name: $0.name, value: $0.value) },
      body: body)
    let (page, fault) = state.withLockedValue { state in
      state.received.append(received)
      state.underWay += 1
      state.mostUnderWay = max(state.mostUnderWay, state.underWay)
      return (state.page(at: head.uri), state.takeFault(at: head.uri))
    }
    isUnderWay = true
    answer(context, head, page, fault)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func ended() {
    guard isUnderWay else { return }
    isUnderWay = false
    state.withLockedValue { $0.underWay -= 1 }
  }

  private func answer(
    _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ page: ReplayServer.Page?, _ fault: ReplayServer.Fault?
  ) {
    guard var page else { return send(context, .notFound, [], Array(#"{"error":"not found"}"#.utf8)) }
    var fields = [("Content-Type", "application/json"), ("ETag", Self.entityTag(page.body))] + page.headers
    switch fault {
    case nil, .slow, .cut: break
    case .hang: return
    case .status(let status, let delay):
      if let delay { fields.append(("Retry-After", "\(delay)")) }
      return send(context, HTTPResponseStatus(statusCode: status), fields, Array(#"{"error":{"message":"no"}}"#.utf8))
    case .message(let status, let text):
      return send(context, HTTPResponseStatus(statusCode: status), fields, Array(text.utf8))
    case .contentType(let type):
      fields[0].1 = type
      page.body = Array("<!doctype html><title>Log in</title>".utf8)
    case .truncated: page.body = Array(page.body.prefix(page.body.count / 2))
    case .emptyList: page.body = Array((page.body.first == UInt8(ascii: "[") ? "[]" : #"{"data":[]}"#).utf8)
    case .errorBody: page.body = Array(#"{"code":500,"msg":"404 NOT_FOUND","success":false}"#.utf8)
    case .redirect(let address): return send(context, .found, [("Location", address)], [])
    case .padded(let bytes): page.body = [UInt8](repeating: 0x20, count: bytes) + page.body
    }
    if fault == nil, head.headers.first(name: "If-None-Match") == Self.entityTag(page.body) {
      return send(context, .notModified, fields, [])
    }
    switch fault {
    case .slow(let bytes, let milliseconds): drip(context, fields, page.body, bytes, .milliseconds(Int64(milliseconds)))
    case .cut(let bytes): cut(context, fields, page.body, afterBytes: bytes)
    default: send(context, .ok, fields, page.body)
    }
  }

  private func sendHead(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ fields: [(String, String)], length: Int
  ) {
    var headers = HTTPHeaders(fields)
    if status != .notModified { headers.add(name: "Content-Length", value: "\(length)") }
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
  }

  private func write(_ context: ChannelHandlerContext, _ bytes: some Collection<UInt8>) {
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
  }

  private func end(_ context: ChannelHandlerContext) {
    ended()
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func send(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ fields: [(String, String)], _ body: [UInt8]
  ) {
    sendHead(context, status, fields, length: body.count)
    if !body.isEmpty { write(context, body) }
    end(context)
  }

  private func cut(_ context: ChannelHandlerContext, _ fields: [(String, String)], _ body: [UInt8], afterBytes: Int) {
    sendHead(context, .ok, fields, length: body.count)
    write(context, body.prefix(afterBytes))
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.value.flush()
    context.value.eventLoop.scheduleTask(in: .milliseconds(20)) { context.value.close(promise: nil) }
  }

  private func drip(
    _ context: ChannelHandlerContext, _ fields: [(String, String)], _ body: [UInt8], _ size: Int, _ pause: TimeAmount
  ) {
    sendHead(context, .ok, fields, length: body.count)
    context.flush()
    dripNext(
      NIOLoopBound(context, eventLoop: context.eventLoop), NIOLoopBound(self, eventLoop: context.eventLoop), body[...],
      size, pause)
  }

  private func dripNext(
    _ context: NIOLoopBound<ChannelHandlerContext>, _ handler: NIOLoopBound<ReplayHandler>, _ rest: ArraySlice<UInt8>,
    _ size: Int, _ pause: TimeAmount
  ) {
    guard !rest.isEmpty else { return end(context.value) }
    context.value.eventLoop.scheduleTask(in: pause) {
      guard context.value.channel.isActive else { return }
      handler.value.write(context.value, rest.prefix(size))
      context.value.flush()
      handler.value.dripNext(context, handler, rest.dropFirst(size), size, pause)
    }
  }

  /// FNV-1a of the body, quoted.
  private static func entityTag(_ body: [UInt8]) -> String {
    "\"\(String(body.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16))\""
  }
}

extension ReplayServer.State {
  /// What stands at a target: the longest path that fits.
  fileprivate func page(at target: String) -> ReplayServer.Page? {
    let path = String(target.prefix { $0 != "?" })
    if let page = pages[target] ?? pages[path] { return page }
    let fitting = pages.keys.filter { $0.hasSuffix("*") && path.hasPrefix($0.dropLast()) }
    return fitting.max { $0.utf8.count < $1.utf8.count }.flatMap { pages[$0] }
  }

  fileprivate mutating func takeFault(at target: String) -> ReplayServer.Fault? {
    let slug = String(target.dropFirst().prefix { $0 != "/" && $0 != "?" })
    guard let (fault, times) = faults[slug] else { return nil }
    faults[slug] = times > 1 ? (fault, times == .max ? .max : times - 1) : nil
    return fault
  }
}
