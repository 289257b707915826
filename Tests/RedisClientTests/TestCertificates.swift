import Foundation
import TestSupport

/// A certificate authority and certificates of a test's own, made with `openssl`.
struct TestCertificates {
  /// Whether the program is installed; tests that need it are skipped otherwise.
  static var canBeMade: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private static let program = "/usr/bin/openssl"

  let directory: URL

  /// Makes an authority, another one, and a certificate of the first for `names`, as in "DNS:localhost".
  init(directory: URL, names: String) throws {
    self.directory = directory
    for name in ["ca", "other-ca"] {
      try openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem")
    }
    try openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server", "-keyout",
      "server.key", "-out", "server.csr")
    try Data("subjectAltName=\(names)\n".utf8).write(to: directory.appending(path: "names"))
    try openssl(
      "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
      "-extfile", "names", "-out", "server.pem")
  }

  /// The path of a file.
  func path(_ name: String) -> String { directory.appending(path: name).path }

  private func openssl(_ arguments: String...) throws {
    let result = try Program.run(Self.program, arguments, in: directory)
    guard result.status == 0 else {
      throw RedisServer.Failure(description: "openssl \(arguments.joined(separator: " ")): \(result.text)")
    }
  }
}
