import Foundation
import Testing

/// The files in `deploy`, as the programs that read them see them. Nothing here needs a container engine or a cluster.
@Suite struct DeployTests {
  /// A mistake in a file, which a check has to find; the file as it is has to pass the same check.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let file: String
    let right: String
    let wrong: String

    init(_ file: String, _ right: String, _ wrong: String) {
      self.file = file
      self.right = right
      self.wrong = wrong
    }

    var testDescription: String { "\(file): \(wrong.trimmingCharacters(in: .whitespacesAndNewlines))" }
  }

  /// A program that reads such a file and says whether it is good.
  private struct Checker {
    static let systemd = Checker(program: URL(filePath: "/usr/bin/systemd-analyze"))
    static let nginx = Checker(program: URL(filePath: "/usr/sbin/nginx"))
    static let compose = Checker(
      program: Places.venvPython.deletingLastPathComponent().appending(path: "check-jsonschema"))
    static let kubernetes = Checker(
      program: Places.venvPython.deletingLastPathComponent().appending(path: "kubernetes-validate"))

    let program: URL

    var isHere: Bool { FileManager.default.isExecutableFile(atPath: program.path) }

    /// Checks a file as it is, and with the mistake.
    ///
    /// - Parameters:
    ///   - adapt: changes what this machine does not have.
    ///   - arguments: those of the program, for a path.
    func find(
      _ mistake: Mistake, in sandbox: Sandbox, adapt: (String) -> String = { $0 }, arguments: (String) -> [String]
    ) async throws {
      let text = adapt(try DeployTests.text(mistake.file))
      try #require(text.contains(mistake.right), "the file has changed, so the mistake has to change too")
      let name = URL(filePath: mistake.file).lastPathComponent
      let path = try sandbox.file(name, text)
      let good = try await sandbox.run(tool: program.path, arguments(path))
      #expect(good.exitCode == 0, "\(mistake.file): \(good.text)\(good.errors)")
      _ = try sandbox.file(name, text.replacing(mistake.right, with: mistake.wrong))
      #expect(try await sandbox.run(tool: program.path, arguments(path)).exitCode != 0, "the mistake is not found")
    }
  }

  private static let directory = Places.repository.appending(path: "deploy")

  private static func text(_ file: String) throws -> String {
    try String(contentsOf: directory.appending(path: file), encoding: .utf8)
  }

  @Test(
    "systemd understands every line of the unit",
    .enabled(if: Checker.systemd.isHere, "systemd-analyze is not installed"),
    arguments: [
      Mistake("systemd/modelcatalog.service", "ProtectSystem=strict", "ProtectSystem=strikt"),
      Mistake("systemd/modelcatalog.service", "RestrictRealtime=", "RestrictRealtimes="),
      Mistake("systemd/modelcatalog.service", "=@system-service", "=@system-servant"),
      Mistake("systemd/modelcatalog.service", "/bin/true serve", "/bin/absent serve"),
    ])
  func unit(mistake: Mistake) async throws {
    try await withSandbox { sandbox in
      try await Checker.systemd.find(
        mistake, in: sandbox, adapt: { $0.replacing("/opt/modelcatalog/modelcatalog", with: "/bin/true") },
        arguments: { ["verify", "--man=no", "--recursive-errors=no", $0] })
    }
  }

  @Test(
    "nginx accepts its configuration", .enabled(if: Checker.nginx.isHere, "nginx is not installed"),
    arguments: [
      Mistake("docker/nginx.conf", "error timeout;", "error timeouts;"),
      Mistake("docker/nginx.conf", "keepalive 64;", "keepalive 64"),
      Mistake("docker/nginx.conf", "proxy_pass http://modelcatalog;", "proxy_pass modelcatalog;"),
    ])
  func nginx(mistake: Mistake) async throws {
    try await withSandbox { sandbox in
      let directory = sandbox.directory.path
      // Docker's names, "resolve" of nginx 1.27.3 and port 80 are not to be had everywhere, and the directories of an
      // nginx that is installed are left alone.
      let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
      try await Checker.nginx.find(
        mistake, in: sandbox,
        adapt: {
          $0.replacing("server worker:8080 resolve", with: "server 127.0.0.1:8080")
            .replacing("listen 80;", with: "listen unix:\(directory)/nginx.sock;")
            .replacing("http {", with: "http { \(paths.joined(separator: " "))")
        }, arguments: { ["-t", "-q", "-p", directory, "-c", $0, "-g", "pid \(directory)/nginx.pid;"] })
    }
  }

  @Test("nginx closes the metrics, however they are written, and nothing else")
  func closedMetrics() throws {
    let text = try Self.text("docker/nginx.conf")
    let location = try #require(text.firstMatch(of: #/location ~ (\S+) \{\s+return 404;\s+\}/#))
    let closed = try Regex(String(location.output.1))
    for path in ["/metrics", "/metrics/", "//metrics", "//metrics//", "/metrics/worker"] {
      #expect(path.contains(closed), "\(path)")
    }
    for path in ["/", "/metricsx", "/v1/models/metrics", "/v1/models", "/console/metrics/"] {
      #expect(!path.contains(closed), "\(path)")
    }
  }

  @Test(
    "compose.yaml is as the Compose specification wants it",
    .enabled(if: Checker.compose.isHere, "no check-jsonschema: scripts/python-env.sh installs it"),
    arguments: [
      Mistake("docker/compose.yaml", "healthcheck:", "healthchecks:"),
      Mistake("docker/compose.yaml", "replicas: 3", "replicas: [3]"),
      Mistake("docker/compose.yaml", "services:", "services: ["),
    ])
  func compose(mistake: Mistake) async throws {
    try await withSandbox { sandbox in
      try await Checker.compose.find(
        mistake, in: sandbox, arguments: { ["--builtin-schema", "vendor.compose-spec", $0] })
    }
  }

  @Test(
    "Kubernetes knows every field",
    .enabled(if: Checker.kubernetes.isHere, "no kubernetes-validate: scripts/python-env.sh installs it"),
    arguments: [
      Mistake("kubernetes/modelcatalog.yaml", "replicas: 3", "replicas: three"),
      Mistake("kubernetes/modelcatalog.yaml", "periodSeconds: 3", "periodSecond: 3"),
      Mistake("kubernetes/migrate.yaml", "backoffLimit: 4", "backoffLimits: 4"),
      Mistake("kubernetes/secret.example.yaml", "stringData:", "stringDate:"),
      Mistake("kubernetes/autoscaler.yaml", "minReplicas: 3", "minReplicas: few"),
    ])
  func kubernetes(mistake: Mistake) async throws {
    try await withSandbox { sandbox in
      try await Checker.kubernetes.find(mistake, in: sandbox, arguments: { ["--strict", $0] })
    }
  }

  @Test("compose.yaml has no password in it, and starts nothing without one")
  func passwords() throws {
    let text = try Self.text("docker/compose.yaml")
    let demanded = #/\$\{(\w+):\?[^}]+\}/#
    #expect(
      Set(text.matches(of: demanded).map { $0.output.1 }) == ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "ADMIN_API_KEY"])
    // Wherever one belongs, one is demanded.
    let values = text.matches(of: #/(?m)(?:PASSWORD|KEY|AUTH|_URL): (.+)$|--requirepass\n +- (.+)$/#)
    #expect(values.count == 6)
    for value in values {
      #expect((value.output.1 ?? value.output.2)?.firstMatch(of: demanded) != nil, "\(value.output.0)")
    }
  }

  @Test("the image's health check tells a server that is ready from one that is not, and from none")
  func healthCheck() async throws {
    let script = Self.directory.appending(path: "docker/healthcheck.sh")
    func check(_ port: Int, in sandbox: Sandbox) async throws -> Int32 {
      try await sandbox.start(script, [], environment: ["PORT": String(port)]).result(within: .seconds(10)).exitCode
    }
    try await withSandbox(.bundled) { sandbox in
      let port = try await sandbox.withServer { server in
        // It listens a moment before it has the catalog.
        _ = try await server.wait(within: .seconds(20), for: "a catalog", "/health/ready") { answer, _ in
          answer.status == 200
        }
        let ready = try await check(server.port, in: sandbox)
        #expect(ready == 0)
        return server.port
      }
      let absent = try await check(port, in: sandbox)
      #expect(absent != 0)
    }
    try await withSandbox(.bundled) { sandbox in
      // A row that is no offer, so that there is no catalog to begin with.
      try await sandbox.sql("UPDATE offers SET status = 'odd' WHERE provider = 'openai' AND id = 'gpt-4o'")
      try await sandbox.withServer { server in
        #expect(try await server.get("/health/live").status == 200)
        let empty = try await check(server.port, in: sandbox)
        #expect(empty != 0)
      }
    }
  }

  /// Names in capitals that are no variables of the program.
  private static let otherNames: Set = [
    // The PostgreSQL image's, those that compose.yaml asks for, and redis-cli's.
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "REDISCLI_AUTH",
    // A key of a provider, which only its adapter knows.
    "OPENAI_API_KEY",
    // Kinds of sockets in the unit.
    "AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK",
  ]

  @Test("every variable that the files name is one that the program reads, and systemd's example has all of them")
  func variables() async throws {
    struct Answer: Decodable { let settings: [String: String] }
    let known = try await withSandbox { Set(try await $0.json(["doctor"], as: Answer.self).settings.keys) }
    for folder in ["", "systemd", "docker", "kubernetes"] {
      let contents = try FileManager.default.contentsOfDirectory(
        at: Self.directory.appending(path: folder), includingPropertiesForKeys: [.isRegularFileKey],
        options: .skipsHiddenFiles)
      for file in contents where try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        let text = try String(contentsOf: file, encoding: .utf8)
        let named = Set(text.matches(of: #/[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/#).map { String($0.output) })
        let unknown = named.subtracting(known).subtracting(Self.otherNames)
        #expect(unknown.isEmpty, "\(file.lastPathComponent)")
      }
    }
    let example = try Self.text("systemd/modelcatalog.env.example").matches(of: #/(?m)^#?([A-Z][A-Z0-9_]*)=/#)
    let differences = known.symmetricDifference(example.map { String($0.output.1) })
    #expect(differences.isEmpty)
  }

  @Test("the commands that the files run are there")
  func commands() async throws {
    try await withSandbox { sandbox in
      // Help for a command that is not there is the help for all of them.
      let migrate = try await sandbox.run(["migrate", "--help"]).text
      #expect(migrate.contains("USAGE: modelcatalog migrate"))
      let serve = try await sandbox.run(["serve", "--help"]).text
      #expect(serve.contains("--workers"))
    }
  }
}
