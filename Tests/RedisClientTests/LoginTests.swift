import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("Logging in", .enabled(if: RedisServer.isInstalled), .timeLimit(.minutes(1)))
struct LoginTests {
  @Test("works with a password and with a user")
  func accepted() async throws {
    try await RedisServer.with(arguments: [
      "--requirepass", "s3cret/@", "--user", "app", "on", ">pa:ss", "~cache:*", "+get", "+set",
    ]) { server in
      let address = "127.0.0.1:\(server.port)"
      try await withClient(patientConfiguration("redis://:s3cret%2F%40@\(address)")) { client in
        try await client.ping()
      }
      try await withClient(patientConfiguration("redis://app:pa%3Ass@\(address)")) { client in
        try await client.set("cache:k", "v")
        let refused = await failure { () throws(RedisError) in try await client.get("other") }
        guard case .server(let error)? = refused else {
          Issue.record("\(String(describing: refused))")
          return
        }
        #expect(error.code == "NOPERM")
      }
    }
  }

  @Test(
    "is refused with the server's reason, which is logged once and without the password",
    arguments: [("redis://:wr0ng@", "WRONGPASS"), ("redis://", "NOAUTH")])
  func refused(login: String, code: String) async throws {
    try await RedisServer.with(arguments: ["--requirepass", "s3cret"]) { server in
      let log = LogRecorder()
      let configuration = try patientConfiguration("\(login)127.0.0.1:\(server.port)")
      try await withClient(configuration, logger: log.logger, connects: false) { client in
        try await wait(for: "several attempts") {
          let calls = try await server.cli("-a", "s3cret", "INFO", "commandstats").firstMatch(
            of: /cmdstat_hello:calls=(\d+)/)
          return calls.flatMap { Int($0.output.1) }.map { $0 >= 3 } ?? false
        }
        guard case .server(let error)? = await failure({ () throws(RedisError) in try await client.ping() }) else {
          Issue.record("no reason")
          return
        }
        #expect(error.code == code)
        #expect(log.lines.count == 1)
        #expect(!log.lines.joined().contains("wr0ng"))
        try await server.cli("-a", "s3cret", "CONFIG", "SET", "requirepass", login.contains("wr0ng") ? "wr0ng" : "")
        try await client.waitUntilConnected(timeout: .seconds(10))
      }
    }
  }

  @Test("does not show the password when an old server repeats it")
  func oldServer() async throws {
    let server = try await FakeServer { command in
      let arguments = command.dropFirst().map { "`\($0)`" }.joined(separator: ", ")
      return "-ERR unknown command `\(command[0])`, with args beginning with: \(arguments)\r\n"
    }
    defer { server.close() }
    let log = LogRecorder()
    let configuration = try patientConfiguration("redis://:hunter2@127.0.0.1:\(server.port)")
    try await withClient(configuration, logger: log.logger, connects: false) { client in
      try await wait(for: "the log") { !log.lines.isEmpty }
      let error = await failure { () throws(RedisError) in try await client.ping() }
      #expect("\(String(describing: error)) \(log.lines)".contains("6.2"))
      #expect(!"\(String(describing: error)) \(log.lines)".contains("hunter2"))
    }
  }

  @Test("is tried again while the server loads its data")
  func loading() async throws {
    let isLoading = NIOLockedFlag(true)
    let server = try await FakeServer { command in
      switch command.first {
      case "HELLO": return "%1\r\n+proto\r\n:3\r\n"
      case "PING": return isLoading.value ? "-LOADING Redis is loading the dataset in memory\r\n" : "+PONG\r\n"
      default: return "-ERR unknown\r\n"
      }
    }
    defer { server.close() }
    try await withClient(patientConfiguration(server.url), connects: false) { client in
      try await wait(for: "the reason") {
        guard case .server(let error)? = await failure({ () throws(RedisError) in try await client.ping() }) else {
          return false
        }
        return error.code == "LOADING"
      }
      isLoading.value = false
      try await client.waitUntilConnected(timeout: .seconds(10))
    }
  }
}
