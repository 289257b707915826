import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("A subscription", .enabled(if: RedisServer.isInstalled), .timeLimit(.minutes(1)))
struct SubscriptionTests {
  private typealias Event = RedisSubscription.Event

  private static func message(_ channel: String, _ payload: String) -> Event {
    .message(channel: channel, payload: ByteBuffer(string: payload))
  }

  @Test("delivers what is published on its channels, in order")
  func delivery() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        var events = client.subscribe(to: ["a", "b"]).makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        for number in 0..<20 {
          let readers = try await client.publish(number.isMultiple(of: 2) ? "a" : "b", "\(number)")
          #expect(readers == 1)
        }
        #expect(try await client.publish("c", "other") == 0)
        for number in 0..<20 {
          #expect(await events.next() == Self.message(number.isMultiple(of: 2) ? "a" : "b", "\(number)"))
        }
      }
    }
  }

  @Test("says that it may have missed something when its connection was closed, and listens again")
  func clientKill() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        var events = client.subscribe(to: ["a"]).makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        for round in 0..<3 {
          try await server.cli("CLIENT", "KILL", "TYPE", "pubsub")
          #expect(await events.next() == .disconnected)
          #expect(await events.next() == .subscribed)
          try await client.publish("a", "\(round)")
          #expect(await events.next() == Self.message("a", "\(round)"))
        }
      }
    }
  }

  @Test("notices a server that is silent, and listens again when it is back")
  func silentServer() async throws {
    try await RedisServer.with { server in
      var configuration = try patientConfiguration(server.url)
      configuration.heartbeat = .milliseconds(50)
      configuration.stallTimeout = .milliseconds(200)
      try await withClient(configuration) { client in
        var events = client.subscribe(to: ["a"]).makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        server.pause()
        #expect(await events.next() == .disconnected)
        server.resume()
        #expect(await events.next() == .subscribed)
      }
    }
  }

  @Test("survives a restart of the server")
  func restart() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        var events = client.subscribe(to: ["a"]).makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        try await server.restart()
        #expect(await events.next() == .disconnected)
        #expect(await events.next() == .subscribed)
      }
    }
  }

  @Test("drops the oldest messages for a slow reader and says so")
  func slowReader() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        var events = client.subscribe(to: ["a"], bufferSize: 4).makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        for number in 0..<10 { try await client.publish("a", "\(number)") }
        // What is published is delivered in order, so that this comes after all of them.
        try await client.publish("a", "last")
        var seen: [Event] = []
        while seen.last != Self.message("a", "last"), let event = await events.next() { seen.append(event) }
        let gap = try #require(seen.firstIndex(of: .disconnected))
        #expect(seen[gap + 1] == .subscribed)
        #expect(seen.suffix(2) == [Self.message("a", "9"), Self.message("a", "last")])
      }
    }
  }

  @Test("ends when its task is cancelled and closes its connection")
  func cancellation() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        let (subscribed, signal) = AsyncStream<Void>.makeStream()
        let reader = Task {
          var seen: [Event] = []
          for await event in client.subscribe(to: ["a"]) {
            seen.append(event)
            signal.finish()
          }
          return seen
        }
        for await _ in subscribed {}
        reader.cancel()
        #expect(await reader.value == [.subscribed])
        try await wait(for: "the end of the connection") { try await client.publish("a", "x") == 0 }
      }
    }
  }

  @Test("closes its connection when nobody holds it any more")
  func abandonment() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        for await event in client.subscribe(to: ["a"]) where event == .subscribed { break }
        try await wait(for: "the end of the connection") { try await client.publish("a", "x") == 0 }
      }
    }
  }

  @Test("keeps trying when the server refuses it, and logs why once")
  func refusal() async throws {
    try await RedisServer.with(arguments: ["--user", "default", "on", "nopass", "~*", "resetchannels", "+@all"]) {
      server in
      let log = LogRecorder()
      try await withClient(patientConfiguration(server.url), logger: log.logger) { client in
        let reader = Task {
          var events = client.subscribe(to: ["a"]).makeAsyncIterator()
          return await events.next()
        }
        try await wait(for: "the log") { log.lines.contains { $0.contains("NOPERM") } }
        try await server.cli("ACL", "SETUSER", "default", "allchannels")
        #expect(await reader.value == .subscribed)
        #expect(log.lines.filter { $0.contains("NOPERM") }.count == 1)
      }
    }
  }

  @Test("buffers by number and by size, dropping the oldest")
  func buffer() {
    var buffer = SubscriptionBuffer(capacity: 2)
    for event in [Event.subscribed, Self.message("a", "1"), Self.message("a", "2")] { buffer.append(event) }
    #expect(!buffer.isEmpty)
    var events: [Event] = []
    while let event = buffer.popFirst() { events.append(event) }
    #expect(events == [.disconnected, .subscribed, Self.message("a", "1"), Self.message("a", "2")])
    #expect(buffer.isEmpty)
    var large = SubscriptionBuffer(capacity: 10)
    for _ in 0..<3 { large.append(.message(channel: "a", payload: ByteBuffer(repeating: 0, count: 40 << 20))) }
    var count = 0
    while let event = large.popFirst() { if case .message = event { count += 1 } }
    #expect(count == 1)
  }
}
