import Foundation
import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite(
  "An encrypted connection", .enabled(if: RedisServer.isInstalled && TestCertificates.canBeMade),
  .timeLimit(.minutes(1)))
struct TLSTests {
  /// Runs `body` with a server that also speaks TLS, on `port`, with a certificate for `names`.
  private static func withServer(
    names: String, _ body: (TestCertificates, _ port: Int) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(at: directory) } catch { print("\(directory.path): \(error)") } }
    let certificates = try TestCertificates(directory: directory, names: names)
    let port = try Loopback.freePort()
    let arguments = [
      "--tls-port", "\(port)", "--tls-cert-file", certificates.path("server.pem"), "--tls-key-file",
      certificates.path("server.key"), "--tls-ca-cert-file", certificates.path("ca.pem"), "--tls-auth-clients", "no",
    ]
    try await RedisServer.with(arguments: arguments) { _ in try await body(certificates, port) }
  }

  private static func configuration(_ url: String, trusting path: String) throws -> RedisClient.Configuration {
    var configuration = try patientConfiguration(url)
    configuration.trustRoots = .file(path)
    return configuration
  }

  @Test("works with a trusted certificate for the host name or address")
  func trusted() async throws {
    try await Self.withServer(names: "DNS:localhost,IP:127.0.0.1") { certificates, port in
      for host in ["localhost", "127.0.0.1"] {
        let configuration = try Self.configuration("rediss://\(host):\(port)", trusting: certificates.path("ca.pem"))
        try await withClient(configuration) { client in
          let value = ByteBuffer(repeating: 7, count: 500_000)
          try await client.set("k", .bytes(value))
          #expect(try await client.get("k") == value)
          var events = client.subscribe(to: ["a"]).makeAsyncIterator()
          #expect(await events.next() == .subscribed)
        }
      }
    }
  }

  @Test(
    "is refused if the authority is unknown or the certificate is for another host",
    arguments: [
      ("DNS:localhost", "localhost", "other-ca.pem"), ("DNS:elsewhere.example", "localhost", "ca.pem"),
      ("DNS:localhost", "127.0.0.1", "ca.pem"), ("IP:127.0.0.2", "127.0.0.1", "ca.pem"),
      ("DNS:localhost", "localhost", "missing.pem"),
    ])
  func refused(names: String, host: String, authority: String) async throws {
    try await Self.withServer(names: names) { certificates, port in
      let configuration = try Self.configuration("rediss://\(host):\(port)", trusting: certificates.path(authority))
      try await withClient(configuration, connects: false) { client in
        try await wait(for: "the reason") {
          guard case .notConnected(let reason)? = await failure({ () throws(RedisError) in try await client.ping() })
          else { return false }
          return reason.lowercased().contains("certificate")
        }
        #expect(client.incarnation == 0)
      }
    }
  }

  @Test("is not made with a server that does not encrypt, and the other way round")
  func mismatch() async throws {
    try await Self.withServer(names: "DNS:localhost") { certificates, port in
      try await RedisServer.with { plain in
        for url in ["rediss://localhost:\(plain.port)", "redis://localhost:\(port)"] {
          var configuration = try Self.configuration(url, trusting: certificates.path("ca.pem"))
          configuration.connectTimeout = .milliseconds(300)
          try await withClient(configuration, connects: false) { client in
            let reason = await failure { () throws(RedisError) in
              try await client.waitUntilConnected(timeout: .seconds(1))
            }
            #expect(reason != nil)
          }
        }
      }
    }
  }
}
