import Foundation
import NIOConcurrencyHelpers

/// A pooler that gives a server connection to whoever has a transaction to run, as Supabase's pooler on port 6543 does:
/// nothing that belongs to a session outlives a transaction.
public final class PgBouncer: Sendable {
  private static let program = URL(filePath: "/usr/sbin/pgbouncer")

  /// Whether the program is installed; tests that need it are skipped otherwise.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program.path) }

  private let port: Int
  private let directory: URL
  private let process = Process()
  private let watch: ProcessWatch

  /// Starts a pooler of a few server connections, and waits until it listens.
  public init(before server: PostgresServer) throws {
    port = try Loopback.freePort()
    directory = FileManager.default.temporaryDirectory.appending(path: "pgbouncer-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let settings = """
      [databases]
      * = host=127.0.0.1 port=\(server.port)
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      unix_socket_dir =
      auth_type = any
      pool_mode = transaction
      default_pool_size = 2
      max_client_conn = 400
      """
    // The user is that of every connection, whoever comes.
    let file = directory.appending(path: "pgbouncer.ini")
    try Data(settings.replacing("* = ", with: "* = user=postgres ").utf8).write(to: file)
    let command = PostgresServer.asServerUser(Self.program.path, ["-q", file.path])
    process.executableURL = URL(filePath: command.program)
    process.arguments = command.arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.launchAlone()
    watch = try ProcessWatch(over: process.processIdentifier, in: directory)
    let deadline = ContinuousClock.now + .seconds(20)
    while !Loopback.accepts(port: port) {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw PostgresServer.Failure(description: "pgbouncer on port \(port) did not start")
      }
      usleep(20_000)
    }
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    do {
      try watch.end()
      try FileManager.default.removeItem(at: directory)
    } catch { print("\(directory.path) stays: \(error)") }
  }

  /// The URL of a database of the server behind it.
  public func url(of database: String) -> String {
    "postgres://postgres@127.0.0.1:\(port)/\(database.split(separator: "/").last ?? "")"
  }
}
