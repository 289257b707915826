import NIOCore
import Testing

@testable import RedisClient

@Suite("A client of a server that breaks the protocol", .timeLimit(.minutes(1)))
struct ProtocolFailureTests {
  @Test(
    "fails the command and connects anew",
    arguments: ["hello\r\n", "$99999999\r\n", "*?\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"])
  func nonsense(answer: String) async throws {
    let server = try await FakeServer(
      FakeServer.greeting { command in command == ["GET", "bad"] ? answer : "$2\r\nok\r\n" })
    defer { server.close() }
    try await withClient(patientConfiguration(server.url)) { client in
      let before = client.incarnation
      guard case .protocolViolation? = await failure({ () throws(RedisError) in try await client.get("bad") }) else {
        Issue.record("\(answer) was accepted")
        return
      }
      try await wait(for: "the new connection") { client.incarnation > before }
      #expect(try await client.get("good") == ByteBuffer(string: "ok"))
    }
  }

  @Test("does not trust a connection on which an answer came that nobody asked for")
  func unasked() async throws {
    let server = try await FakeServer(FakeServer.greeting { _ in "+1\r\n+2\r\n" })
    defer { server.close() }
    try await withClient(patientConfiguration(server.url)) { client in
      let before = client.incarnation
      let error = await failure { () throws(RedisError) in try await client.get("k") }
      guard case .protocolViolation? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      try await wait(for: "the new connection") { client.incarnation > before }
    }
  }

  @Test("passes over pushes and attributes")
  func outOfBand() async throws {
    let server = try await FakeServer(
      FakeServer.greeting { _ in ">2\r\n+invalidate\r\n_\r\n|1\r\n+ttl\r\n:1\r\n$2\r\nok\r\n>1\r\n+x\r\n" })
    defer { server.close() }
    try await withClient(patientConfiguration(server.url)) { client in
      for _ in 0..<2 {
        let value = try await client.get("k")
        #expect(value == ByteBuffer(string: "ok"))
      }
    }
  }
}
