import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("serve --workers", .serialized)
struct WorkersTests {
  /// The workers' processes.
  private func workers(of process: ChildProcess, _ sandbox: Sandbox) async throws -> [Int32] {
    let result = try await sandbox.run(tool: "pgrep", ["-P", "\(process.identifier)"], waitsForPlace: false)
    return result.text.split(separator: "\n").compactMap { Int32($0) }
  }

  /// Asks again and again on connections of their own, until told to stop; gives what was no success.
  private func load(_ server: RunningServer, while isOn: Switch) async -> [String] {
    var failures: [String] = []
    var count = 0
    while isOn.isOn {
      count += 1
      do {
        let answer = try await RunningServer(port: server.port).get("/v1/models/gpt-4o")
        if answer.status != 200 { failures.append("status \(answer.status)") }
      } catch {
        failures.append("\(error)")
      }
    }
    return count > 20 ? failures : failures + ["only \(count) requests"]
  }

  @Test("SIGHUP replaces all workers, and no request fails meanwhile; SIGTERM ends all of them")
  func rollingRestart() async throws {
    try await withWorkers { sandbox, process, server in
      let before = try await workers(of: process, sandbox)
      #expect(before.count == 3)
      let isOn = Switch()
      async let failures = load(server, while: isOn)
      process.send(SIGHUP)
      let deadline = ContinuousClock.now + .seconds(60)
      while try !process.errorsSoFar().contains("All workers have been replaced"), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      isOn.turnOff()
      let failed = await failures
      #expect(failed.isEmpty, "\(failed.count): \(failed.prefix(3))")
      let after = try await workers(of: process, sandbox)
      #expect(after.count == 3)
      #expect(Set(after).isDisjoint(with: before))
      process.terminate()
      #expect(try await process.result(within: .seconds(20)).exitCode == 0)
      for worker in after { #expect(!Self.isRunning(worker), "a worker goes on without its supervisor") }
    }
  }

  @Test("A worker that ends is started again, the others go on; without a supervisor they end")
  func crash() async throws {
    try await withWorkers { sandbox, process, server in
      let before = try await workers(of: process, sandbox)
      let victim = try #require(before.first)
      kill(victim, SIGKILL)
      for _ in 0..<20 { #expect(try await server.get("/health/live").status == 200) }
      let deadline = ContinuousClock.now + .seconds(30)
      var now = before
      while now.contains(victim) || now.count < 3, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(100))
        now = try await workers(of: process, sandbox)
      }
      #expect(now.count == 3 && !now.contains(victim))
      #expect(try process.errorsSoFar().contains("A worker ended and is started again"))
      await process.killed()
      while now.contains(where: Self.isRunning), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(!now.contains(where: Self.isRunning), "workers go on without their supervisor")
    }
  }

  /// Whether a process runs. One that has ended and that nobody has asked about does not.
  private static func isRunning(_ process: Int32) -> Bool {
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
    return String(decoding: data, as: UTF8.self).split(separator: ") ").last?.first != "Z"
  }

  @Test(
    "A wrong setting ends the start before there are any workers",
    arguments: [("MODEL_SYNC_CONCURRENCY", "many"), ("MODEL_WEBHOOK_URLS", "nowhere")])
  func badSetting(name: String, value: String) async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(
        ["serve", "--workers", "2", "--port", "0"], environment: [name: value], waitsForPlace: false)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("\(name): "), "\(result.errors)")
    }
  }

  @Test("A port that is taken and a worker count out of bounds are refused before anything starts")
  func refusals() async throws {
    try await withWorkers { sandbox, process, server in
      let taken = try await sandbox.run(["serve", "--workers", "2", "--port", "\(server.port)"], waitsForPlace: false)
      #expect(taken.exitCode != 0)
      #expect(taken.errors.contains("in use"))
      let none = try await sandbox.run(["serve", "--workers", "0"], waitsForPlace: false)
      #expect(none.exitCode != 0 && none.errors.contains("--workers must be from 1 to 64"))
      process.terminate()
      #expect(try await process.result(within: .seconds(20)).exitCode == 0)
    }
  }
}

/// Tells tasks when to end.
private final class Switch: Sendable {
  private let state = Atomic(true)

  var isOn: Bool { state.load(ordering: .relaxed) }

  func turnOff() { state.store(false, ordering: .relaxed) }
}
