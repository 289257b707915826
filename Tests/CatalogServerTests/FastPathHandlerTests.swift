import Catalog
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing
import TieredCaching

@testable import CatalogServer

/// The fast path alone, between bytes that come in and bytes that it answers or hands on.
@Suite(.timeLimit(.minutes(1)))
struct FastPathHandlerTests {
  private static let ready = TestServer.request("GET", "/v1/stats")
  private static let unprepared = TestServer.request("GET", "/v1/models?limit=1")

  /// A connection with the fast path. All of it must happen without suspension, on one thread.
  private struct Connection {
    let channel = EmbeddedChannel()
    let handler: FastPathHandler
    let reads = ReadCounter()

    init(_ loaded: LoadedAnswers, meter: RequestMeter = RequestMeter(factory: RecordingMetrics())) throws {
      handler = FastPathHandler(
        answers: loaded.answers, meter: meter, idleTimeout: .seconds(60), requestTimeout: .seconds(30))
      try channel.pipeline.syncOperations.addHandlers([reads, handler])
    }

    func receive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    /// What was handed on since the last call.
    func handedOn() throws -> String {
      var text = ""
      while let buffer = try channel.readInbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
      return text
    }

    /// The responses that were sent since the last call.
    func responses() throws -> [TestResponse] {
      var bytes = ByteBuffer()
      while var buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes.writeBuffer(&buffer) }
      var responses: [TestResponse] = []
      while let response = try TestResponse(readFrom: &bytes, hasBody: true) { responses.append(response) }
      #expect(bytes.readableBytes == 0)
      return responses
    }

    func setWritable(_ isWritable: Bool) {
      channel.isWritable = isWritable
      channel.pipeline.fireChannelWritabilityChanged()
    }
  }

  /// Remembers whether the connection was told that the server is to end.
  private final class QuiesceRecorder: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    let count = NIOLockedValueBox(0)

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is ChannelShouldQuiesceEvent { count.withLockedValue { $0 += 1 } }
    }
  }

  /// Counts how often the connection is read.
  private final class ReadCounter: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = ByteBuffer

    let count = NIOLockedValueBox(0)

    func read(context: ChannelHandlerContext) {
      count.withLockedValue { $0 += 1 }
      context.read()
    }
  }

  /// Runs a synchronous test with `/v1/stats` and the gzip list prepared.
  private func withConnection(_ body: (Connection) throws -> Void) async throws {
    try await LoadedAnswers.with(Catalogs.small()) { loaded in
      _ = try await loaded.answers.answer("/v1/stats", acceptsGzip: false)
      try body(Connection(loaded))
    }
  }

  @Test("The end of the server waits for the first request of a new connection, but not for ever")
  func quiesce() async throws {
    try await LoadedAnswers.with(Catalogs.small()) { loaded in
      _ = try await loaded.answers.answer("/v1/stats", acceptsGzip: false)
      let recorder = QuiesceRecorder()
      let asking = try Connection(loaded)
      try asking.channel.pipeline.syncOperations.addHandler(recorder)
      asking.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      #expect(recorder.count.withLockedValue { $0 } == 0)
      try asking.receive(Self.ready)
      #expect(try asking.responses().count == 1)
      #expect(recorder.count.withLockedValue { $0 } == 1)

      let silence = QuiesceRecorder()
      let silent = try Connection(loaded)
      try silent.channel.pipeline.syncOperations.addHandler(silence)
      silent.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      silent.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
      #expect(silence.count.withLockedValue { $0 } == 1)

      let idle = QuiesceRecorder()
      let served = try Connection(loaded)
      try served.channel.pipeline.syncOperations.addHandler(idle)
      try served.receive(Self.ready)
      served.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      #expect(idle.count.withLockedValue { $0 } == 1, "one that has been served may end at once")
    }
  }

  @Test("a request whose answer is ready is answered and not handed on")
  func answersReady() async throws {
    try await withConnection { connection in
      try connection.receive(Self.ready + TestServer.request("GET", "/v1/models/gpt-4o") + Self.ready)
      let responses = try connection.responses()
      #expect(responses.map(\.status) == [200, 200, 200])
      #expect(try responses[1].json["id"] == .string("gpt-4o"))
      #expect(try connection.handedOn().isEmpty)
    }
  }

  @Test(
    "anything else is handed on untouched",
    arguments: [
      unprepared, TestServer.request("GET", "/nowhere"), TestServer.request("HEAD", "/v1/stats"),
      TestServer.request("GET", "/health/live"), TestServer.request("POST", "/v1/models/compare", body: "{}"),
      TestServer.request("GET", "/v1/stats", fields: ["Connection: close"]), "no HTTP at all",
      TestServer.request("GET", "/v1/models/no-such-model"),
    ])
  func handsOn(_ request: String) async throws {
    try await withConnection { connection in
      try connection.receive(request)
      #expect(try connection.handedOn() == request)
      #expect(try connection.responses().isEmpty)
    }
  }

  @Test("behind the last request that the parser reads everything is dropped, and keeps no connection open")
  func dropsBehindLast() async throws {
    try await withConnection { connection in
      let upgrade = TestServer.request("GET", "/v1/stats", fields: ["Connection: upgrade", "Upgrade: x"])
      try connection.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      try connection.receive(upgrade)
      #expect(try connection.handedOn() == upgrade)
      connection.handler.lastRequestReceived()
      connection.handler.responseWritten()
      for _ in 0..<12 {
        try connection.receive(Self.ready)
        connection.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
      }
      #expect(try connection.handedOn().isEmpty)
      #expect(try connection.responses().isEmpty)
      #expect(!connection.channel.isActive)
    }
  }

  @Test("while a request that was handed on has no response, later ones are handed on too; then no longer")
  func keepsOrder() async throws {
    try await withConnection { connection in
      try connection.receive(Self.ready + Self.unprepared + Self.ready)
      #expect(try connection.responses().count == 1)
      #expect(try connection.handedOn() == Self.unprepared + Self.ready)
      try connection.receive(Self.ready)
      connection.handler.responseWritten()
      try connection.receive(Self.ready)
      #expect(try connection.responses().isEmpty)
      #expect(try connection.handedOn() == Self.ready + Self.ready)
      for _ in 0..<3 { connection.handler.responseWritten() }
      try connection.receive(Self.ready)
      #expect(try connection.responses().count == 1)
    }
  }

  @Test("a connection that sent anything but a plain head is left to the HTTP parser for good")
  func bypassIsForGood() async throws {
    let post = TestServer.request("POST", "/x", body: Self.ready)
    try await withConnection { connection in
      try connection.receive(Self.ready + post)
      #expect(try connection.responses().count == 1)
      #expect(try connection.handedOn() == post)
      connection.handler.responseWritten()
      try connection.receive(Self.ready)
      #expect(try connection.handedOn() == Self.ready)
      #expect(try connection.responses().isEmpty)
    }
  }

  @Test("requests cut at any byte are answered or handed on, each once")
  func split() async throws {
    let whole = Self.ready + TestServer.request("GET", "/v1/models/gpt-4o")
    try await LoadedAnswers.with(Catalogs.small()) { loaded in
      _ = try await loaded.answers.answer("/v1/stats", acceptsGzip: false)
      let first = Self.ready.utf8.count
      for length in 1..<whole.utf8.count {
        let head = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
        let tail = String(decoding: whole.utf8.dropFirst(length), as: UTF8.self)
        try Self.expectSplit(head, tail, answered: length < first ? 0 : length == first ? 2 : 1, loaded)
      }
    }
  }

  private static func expectSplit(_ head: String, _ tail: String, answered: Int, _ loaded: LoadedAnswers) throws {
    let connection = try Connection(loaded)
    try connection.receive(head)
    try connection.receive(tail)
    #expect(try connection.responses().count == answered)
    let handedOn = try connection.handedOn()
    let expected = (head + tail).utf8.dropFirst(answered == 2 ? (head + tail).utf8.count : answered * ready.utf8.count)
    #expect(Array(handedOn.utf8) == Array(expected))
  }

  @Test("a client that does not take its answers is not read, and gets them in order once it does")
  func backPressure() async throws {
    try await withConnection { connection in
      connection.setWritable(false)
      try connection.receive(Self.ready + Self.ready)
      try connection.receive(Self.ready)
      #expect(try connection.responses().isEmpty)
      let reads = connection.reads.count.withLockedValue { $0 }
      connection.channel.read()
      #expect(connection.reads.count.withLockedValue { $0 } == reads)
      connection.setWritable(true)
      #expect(try connection.responses().count == 3)
      #expect(connection.reads.count.withLockedValue { $0 } == reads + 1)
    }
  }

  @Test("the end of the input stays behind the requests before it")
  func endOfInput() async throws {
    try await withConnection { connection in
      let ends = EndCounter()
      try connection.channel.pipeline.syncOperations.addHandler(ends)
      connection.setWritable(false)
      try connection.receive(Self.ready)
      connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      #expect(ends.count.withLockedValue { $0 } == 0)
      connection.setWritable(true)
      #expect(try connection.responses().count == 1)
      #expect(ends.count.withLockedValue { $0 } == 1)
    }
  }

  /// Counts how often the end of the input was announced.
  private final class EndCounter: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    let count = NIOLockedValueBox(0)

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .inputClosed? = event as? ChannelEvent { count.withLockedValue { $0 += 1 } }
    }
  }

  @Test("a connection is closed after being idle, but not while bytes come, go or an answer is being made")
  func idleness() async throws {
    try await withConnection { connection in
      let (channel, loop) = (connection.channel, connection.channel.embeddedEventLoop)
      // Connecting makes the channel active, which starts the clock.
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      try connection.receive(Self.ready)
      loop.advanceTime(by: .seconds(61))
      #expect(channel.isActive, "a request came")
      channel.write(ByteBuffer(string: "unsent"), promise: nil)
      loop.advanceTime(by: .seconds(61))
      #expect(channel.isActive, "there is more to send than before")
      channel.flush()
      loop.advanceTime(by: .seconds(61))
      #expect(channel.isActive, "the client took what was sent")
      try connection.receive(Self.unprepared)
      loop.advanceTime(by: .seconds(200))
      #expect(channel.isActive, "an answer is being made")
      connection.handler.responseWritten()
      loop.advanceTime(by: .seconds(61))
      #expect(!channel.isActive)
    }
  }

  @Test("a client that is owed an answer and does not take those before it is closed")
  func idleWhileNotTaking() async throws {
    try await withConnection { connection in
      try connection.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      try connection.receive(Self.unprepared)
      connection.setWritable(false)
      connection.channel.embeddedEventLoop.advanceTime(by: .seconds(125))
      #expect(!connection.channel.isActive)
    }
  }

  @Test("answers of the fast path are counted like any other")
  func counts() async throws {
    let metrics = RecordingMetrics()
    try await LoadedAnswers.with(Catalogs.small()) { loaded in
      let stats = try await loaded.answers.answer("/v1/stats", acceptsGzip: false)
      let tag = stats.body.entityTag
      let before = loaded.service.counters.statistics
      let connection = try Connection(loaded, meter: RequestMeter(factory: metrics))
      let conditional = TestServer.request("GET", "/v1/stats", fields: ["If-None-Match: \(tag)"])
      try connection.receive(Self.ready + Self.ready + conditional + TestServer.request("GET", "/v1/models/gpt-4o"))
      let responses = try connection.responses()
      #expect(responses.map(\.status) == [200, 200, 304, 200])
      let after = loaded.service.counters.statistics
      #expect(after[.hits] - before[.hits] == 4)
      #expect(after[.misses] == before[.misses])
      let counted = metrics.counters.filter { $0.value > 0 }
      #expect(
        counted == [
          "http_requests_total view=stats status=200": 2, "http_requests_total view=stats status=304": 1,
          "http_requests_total view=model status=200": 1,
          "http_response_body_bytes_total": Int64(responses.reduce(0) { $0 + $1.body.count }),
        ])
      let timed = metrics.timers.mapValues(\.count)
      #expect(
        timed == [
          "http_request_duration_seconds view=stats cached=true": 3,
          "http_request_duration_seconds view=model cached=true": 1,
        ])
    }
  }

  @Test("metrics have labels from closed sets only")
  func closedLabels() {
    let metrics = RecordingMetrics()
    let meter = RequestMeter(factory: metrics)
    let made = Set(metrics.counters.keys)
    for view in View.allCases {
      for status in 0..<1_000 {
        meter.record(view: view, status: status, bytes: 1, isCached: status % 2 == 0, duration: .nanoseconds(1))
      }
    }
    #expect(Set(metrics.counters.keys) == made)
    let total = metrics.counters.filter { $0.key.hasPrefix("http_requests_total") }.values.reduce(0, +)
    #expect(total == Int64(View.allCases.count * 1_000))
  }
}
