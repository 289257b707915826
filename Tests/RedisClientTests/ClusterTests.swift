import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("A client of a cluster", .timeLimit(.minutes(1)))
struct ClusterTests {
  @Test(
    "finds the slot of a key",
    arguments: [
      ("123456789", 12739 as UInt16), ("foo", 12182), ("bar", 5061), ("", 0), ("{foo}.1", 12182),
      ("x{foo}{bar}", 12182),
      ("{}foo", ClusterSlots.slot(of: "{}foo")), ("foo{{bar}}zap", ClusterSlots.slot(of: "{bar")),
    ])
  func slots(key: String, slot: UInt16) { #expect(ClusterSlots.slot(of: key) == slot) }

  @Test("hashes the whole key if the braces are empty")
  func emptyBraces() { #expect(ClusterSlots.slot(of: "{}foo") != ClusterSlots.slot(of: "foo")) }

  @Test(
    "reads redirections",
    arguments: [
      ("MOVED 3999 127.0.0.1:6381", RedisEndpoint.host("127.0.0.1", port: 6381), false),
      ("ASK 3999 node.example:6381", .host("node.example", port: 6381), true),
      ("MOVED 3999 ::1:6381", .host("::1", port: 6381), false),
      ("MOVED 3999 :6381", .host("origin", port: 6381), false),
      ("MOVED 3999 ?:6381", .host("origin", port: 6381), false),
    ])
  func redirections(line: String, endpoint: RedisEndpoint, isAsking: Bool) throws {
    let redirection = try #require(ClusterRedirection(RedisServerError(line: line), origin: "origin"))
    #expect(redirection.slot == 3999 && redirection.endpoint == endpoint && redirection.isAsking == isAsking)
  }

  @Test(
    "does not follow what is no redirection",
    arguments: [
      "ERR MOVED 1 h:1", "MOVED", "MOVED 1", "MOVED x h:1", "MOVED 16384 h:1", "MOVED -1 h:1", "MOVED 1 h",
      "MOVED 1 h:0",
      "MOVED 1 h:99999", "MOVED 1 h:1 more",
    ])
  func noRedirections(line: String) {
    #expect(ClusterRedirection(RedisServerError(line: line), origin: "origin") == nil)
  }

  @Test("follows keys to their nodes, remembers them, and asks once where a slot is on its way")
  func realCluster() async throws {
    guard RedisServer.isInstalled else { return }
    try await Self.withCluster { first, second in
      let log = LogRecorder()
      try await withClient(patientConfiguration(first.url), logger: log.logger) { client in
        for number in 0..<50 {
          try await client.set("k\(number)", "\(number)")
          #expect(try await client.get("k\(number)") == ByteBuffer(string: "\(number)"))
        }
        #expect(try await Int(second.cli("DBSIZE")).map { (1..<50).contains($0) } == true)
        // Slot 12182 is the second node's.
        let redirected = try await client.executeTagged(SET("foo", "v")).incarnation
        #expect(redirected != client.incarnation)
        #expect(try await client.executeTagged(GET("foo")).incarnation == redirected)
        let script = RedisScript("return redis.call('GET', KEYS[1])")
        #expect(try await client.evaluate(script, keys: ["foo"], arguments: []) == .text("v"))

        try await second.cli("CLUSTER", "SETSLOT", "12182", "MIGRATING", first.cli("CLUSTER", "MYID"))
        try await first.cli("CLUSTER", "SETSLOT", "12182", "IMPORTING", second.cli("CLUSTER", "MYID"))
        // A key that the second node no longer has is asked for at the first one, which takes it for this once.
        try await client.set("{foo}new", "w")
        #expect(try await client.get("{foo}new") == ByteBuffer(string: "w"))
        #expect(try await client.executeTagged(GET("foo")).incarnation == redirected)
        #expect(try await first.cli("CLUSTER", "COUNTKEYSINSLOT", "12182") == "1")
      }
    }
  }

  @Test("finds the way again when a node was restarted")
  func nodeLoss() async throws {
    guard RedisServer.isInstalled else { return }
    try await Self.withCluster { first, second in
      try await withClient(patientConfiguration(first.url)) { client in
        let before = try await client.executeTagged(SET("foo", "v")).incarnation
        try await second.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        try await wait(for: "another connection to the node") {
          do { return try await client.executeTagged(GET("foo")).incarnation > before } catch { return false }
        }
      }
    }
  }

  @Test("gives up when redirections do not end")
  func endless() async throws {
    let server = try await FakeServer(FakeServer.greeting { _ in "-MOVED 1 127.0.0.1:1\r\n" })
    let loop = try await FakeServer(FakeServer.greeting { command in "-MOVED 1 127.0.0.1:\(command[1])\r\n" })
    defer {
      server.close()
      loop.close()
    }
    try await withClient(patientConfiguration(loop.url)) { client in
      let port = "\(loop.port)"
      guard case .server(let error)? = await failure({ () throws(RedisError) in try await client.get(port) }) else {
        Issue.record("no error")
        return
      }
      #expect(error.code == "MOVED")
      #expect(loop.commands.count == 6)
    }
    try await withClient(patientConfiguration(server.url)) { client in
      guard case .notConnected? = await failure({ () throws(RedisError) in try await client.get("k") }) else {
        Issue.record("a node that does not exist was reached")
        return
      }
    }
  }

  /// Runs `body` with two nodes that share the slots at 8192.
  private static func withCluster(_ body: (RedisServer, RedisServer) async throws -> Void) async throws {
    func arguments() throws -> [String] {
      ["--cluster-enabled", "yes", "--cluster-port", "\(try Loopback.freePort())", "--cluster-node-timeout", "60000"]
    }
    try await RedisServer.with(arguments: arguments()) { first in
      let secondArguments = try arguments()
      try await RedisServer.with(arguments: secondArguments) { second in
        try await first.cli("CLUSTER", "ADDSLOTSRANGE", "0", "8191")
        try await second.cli("CLUSTER", "ADDSLOTSRANGE", "8192", "16383")
        try await second.cli("CLUSTER", "SET-CONFIG-EPOCH", "2")
        try await first.cli("CLUSTER", "MEET", "127.0.0.1", "\(second.port)", secondArguments[3])
        for node in [first, second] {
          try await wait(for: "the cluster") { try await node.cli("CLUSTER", "INFO").contains("cluster_state:ok") }
        }
        try await body(first, second)
      }
    }
  }
}
