import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("A client of a real server", .enabled(if: RedisServer.isInstalled), .timeLimit(.minutes(1)))
struct ServerTests {
  @Test("reads, writes and deletes values of any bytes")
  func values() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await client.ping()
        #expect(try await client.get("absent") == nil)
        #expect(try await client.set("k", "v") == true)
        #expect(try await client.get("k") == ByteBuffer(string: "v"))
        #expect(try await client.set("k", "w", condition: .ifAbsent) == false)
        let binary = ByteBuffer(bytes: (0..<70_000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(try await client.set("binary\r\n", .bytes(binary)) == true)
        #expect(try await client.get("binary\r\n") == binary)
        #expect(try await client.set("empty", "") == true)
        #expect(try await client.get("empty") == ByteBuffer())
        #expect(try await client.set("number", -12) == true)
        #expect(try await client.get("number") == ByteBuffer(string: "-12"))
        #expect(try await client.del(["k", "binary\r\n", "absent"]) == 2)
      }
    }
  }

  @Test("tells and sets how long keys live")
  func expiration() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await client.set("k", "v", expiration: .milliseconds(90_000))
        #expect((1...90_000).contains(try await client.pttl("k")))
        try await client.set("forever", "v")
        #expect(try await client.pttl("forever") == -1)
        #expect(try await client.pttl("absent") == -2)
        #expect(try await client.pexpire("forever", milliseconds: 50_000) == true)
        #expect((1...50_000).contains(try await client.pttl("forever")))
        #expect(try await client.pexpire("absent", milliseconds: 1) == false)
      }
    }
  }

  @Test("reads hashes, the clock and raw answers")
  func otherCommands() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        #expect(try await client.execute(Raw("HSET", ["h", "a", "1", "b", "2"], key: "h")) == .integer(2))
        #expect(try await client.hgetall("h") == ["a": ByteBuffer(string: "1"), "b": ByteBuffer(string: "2")])
        #expect(try await client.hgetall("absent") == [:])
        #expect(try await client.hmget("h", fields: ["b", "x"]) == [ByteBuffer(string: "2"), nil])
        #expect(try await client.time() > 1_700_000_000_000_000)
        try await client.ping()
        #expect(try await client.publish("nobody", "listens") == 0)
        #expect(try await client.execute(Raw("CONFIG GET", ["maxmemory"])).stringMap?.keys.first == "maxmemory")
      }
    }
  }

  @Test("gives the server's errors with their codes and goes on")
  func serverErrors() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await client.set("text", "v")
        let wrongType = await failure { () throws(RedisError) in try await client.hgetall("text") }
        guard case .server(let error)? = wrongType else {
          Issue.record("\(String(describing: wrongType))")
          return
        }
        #expect(error.code == "WRONGTYPE")
        let unexpected = await failure { () throws(RedisError) in try await client.execute(MisreadCommand()) }
        #expect(unexpected == .unexpectedReply(command: "DBSIZE", kind: "an integer"))
        try await client.ping()
      }
    }
  }

  private struct MisreadCommand: RedisCommand {
    var arguments: [RedisArgument] { ["DBSIZE"] }
    func response(from value: RedisValue) throws(RedisError) -> ByteBuffer {
      guard let bytes = value.bytes else { throw unexpected(value) }
      return bytes
    }
  }

  @Test("gives every one of many tasks its own answer")
  func pipelining() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for task in 0..<64 {
            group.addTask {
              for round in 0..<100 {
                // Lengths from a few bytes to some hundred kilobytes, so that answers span reads.
                let length = round == 50 ? 300_000 : (task * 37 + round * 101) % 3000
                let value = ByteBuffer(string: "\(task)-\(round)-" + String(repeating: "x", count: length))
                try await client.set("k\(task)", .bytes(value))
                #expect(try await client.get("k\(task)") == value)
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }

  @Test("uses the database of the URL")
  func database() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration("\(server.url)/3")) { client in
        try await client.set("k", "v")
        #expect(try await server.cli("-n", "3", "GET", "k") == "v")
        #expect(try await server.cli("-n", "0", "GET", "k") == "")
      }
      let tooHigh = try patientConfiguration("\(server.url)/99")
      try await withClient(tooHigh, connects: false) { client in
        try await wait(for: "the reason") {
          guard case .server(let error)? = await failure({ () throws(RedisError) in try await client.ping() }) else {
            return false
          }
          return error.message.contains("out of range")
        }
      }
    }
  }

  @Test("connects over a Unix socket and shows its name")
  func unixSocket() async throws {
    try await RedisServer.with { server in
      var configuration = try patientConfiguration("unix://\(server.socketPath)")
      configuration.clientName = "worker-1"
      try await withClient(configuration) { client in
        try await client.ping()
        #expect(try await server.cli("CLIENT", "LIST").contains("name=worker-1"))
      }
    }
  }

  @Test("runs scripts by digest and by text when the server has forgotten them")
  func scripts() async throws {
    let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCRBY', KEYS[1], ARGV[1])}")
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        for expected in 1...2 {
          let value = try await client.evaluate(script, keys: ["n"], arguments: [5])
          #expect(value == .array([.text("n"), .text("5"), .integer(Int64(expected) * 5)]))
        }
        #expect(try await server.cli("SCRIPT", "EXISTS", script.digest) == "1")
        try await server.cli("SCRIPT", "FLUSH")
        let tagged = try await client.evaluateTagged(script, keys: ["n"], arguments: [1])
        #expect(tagged.response.array?.last == .integer(11))
        #expect(tagged.incarnation == client.incarnation)
        let broken = await failure { () throws(RedisError) in
          try await client.evaluate(RedisScript("return redis.call('NOSUCH')"), keys: [], arguments: [])
        }
        guard case .server? = broken else {
          Issue.record("\(String(describing: broken))")
          return
        }
      }
    }
  }

  @Test(
    "names scripts by SHA-1",
    arguments: [
      (0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"), (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
      (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"), (100_000, "c4d4b30851182fc4eb8675494d42fd7f17e29c93"),
    ])
  func digests(length: Int, digest: String) {
    #expect(RedisScript(String(repeating: "a", count: length)).digest == digest)
  }
}
