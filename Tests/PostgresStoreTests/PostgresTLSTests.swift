import Catalog
import Foundation
import PostgresStore
import TestSupport
import Testing

/// A server that encrypts, with a certificate for the name "localhost" and an authority of its own.
private enum EncryptingServer {
  private static let program = "/usr/bin/openssl"

  /// Whether certificates can be made; tests that need them are skipped otherwise.
  static var canBeMade: Bool { PostgresServer.isInstalled && FileManager.default.isExecutableFile(atPath: program) }

  private static let started = Result {
    let server = try PostgresServer(settings: ["ssl=on", "ssl_cert_file=server.pem", "ssl_key_file=server.key"])
    let directory = server.directory.appending(path: "data")
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ["ca", "other-ca"] {
      let files = ["-keyout", "\(name).key", "-out", "\(name).pem"]
      try openssl(["req", "-x509"] + key + ["-days", "2", "-subj", "/CN=\(name)"] + files, in: directory)
    }
    try openssl(
      ["req"] + key + ["-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"], in: directory)
    try Data("subjectAltName=DNS:localhost\n".utf8).write(to: directory.appending(path: "names"))
    try openssl(
      [
        "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "names", "-out", "server.pem",
      ], in: directory)
    try server.start()
    return server
  }

  static func server() throws -> PostgresServer { try started.get() }

  /// The URL of a database of a server that listens on `port`, with one of the authorities.
  static func url(
    host: String = "localhost", port: Int? = nil, mode: String = "verify-full", authority: String = "ca.pem"
  ) throws -> String {
    let server = try server()
    let path = server.directory.appending(path: "data/\(authority)").path.replacing("/", with: "%2F")
    return "postgres://postgres@\(host):\(port ?? server.port)/postgres?sslmode=\(mode)&sslrootcert=\(path)"
  }

  /// Runs openssl as the user of the server, which takes no key that others may read.
  private static func openssl(_ arguments: [String], in directory: URL) throws {
    let command = PostgresServer.asServerUser(program, arguments)
    let result = try Program.run(command.program, command.arguments, in: directory)
    try #require(result.status == 0, "openssl \(arguments.joined(separator: " ")): \(result.text)")
  }
}

@Suite(
  "An encrypted connection to PostgreSQL",
  .enabled(if: EncryptingServer.canBeMade, "PostgreSQL or openssl is not installed"), .timeLimit(.minutes(2)))
struct PostgresTLSTests {
  @Test("is made when the authority is the right one and the certificate is for the host's name")
  func trusted() async throws {
    try await withStore(EncryptingServer.url()) { store in
      let encryption = try await store.health()["encryption"] ?? ""
      // As in "TLSv1.3 TLS_AES_256_GCM_SHA384".
      #expect(encryption.hasPrefix("TLSv1.") && encryption.contains(" ") && !encryption.contains("?"))
      try await store.importOffers((0..<500).map { try .sample(id: "m\($0)") })
      #expect(try await store.offers().count == 500)
    }
  }

  @Test(
    "is refused with the reason when the name or the authority is another, or cannot be checked",
    arguments: [
      ("127.0.0.1", "ca.pem", "does not match host name"), ("localhost", "other-ca.pem", "certificate verify failed"),
      ("localhost", "missing.pem", "does not exist"),
    ])
  func refused(host: String, authority: String, reason: String) async throws {
    let url = try EncryptingServer.url(host: host, authority: authority)
    let error = await #expect(throws: StoreError.self) { try await withStore(url) { _ in } }
    #expect(error?.description.contains(reason) == true)
  }

  @Test("is refused when the server does not encrypt, if that is asked for", arguments: ["require", "verify-full"])
  func plain(mode: String) async throws {
    let port = try SharedServer.server().port
    let url = try EncryptingServer.url(port: port, mode: mode)
    let error = await #expect(throws: StoreError.self) { try await withStore(url) { _ in } }
    #expect(error?.description.contains("server does not support SSL") == true)
    try await withTemporaryStore { store, _ in
      let encryption = try await store.health()["encryption"]
      #expect(encryption == "none")
    }
  }
}
