# yk_module(NAME [DEPS folder...] [THIRD target...] [TEST_DEPS folder...])
#
# Makes src/NAME a static library yk::NAME out of its *.cc files, and its *_test.cc files one test program
# yk_NAME_test, which ctest runs under the name NAME. DEPS are folders of lower floors (public). THIRD are
# third-party targets; they stay private, because their headers appear in this folder only.
function(yk_module name)
  cmake_parse_arguments(arg "" "" "DEPS;THIRD;TEST_DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(TRANSFORM arg_DEPS PREPEND yk::)
  list(TRANSFORM arg_TEST_DEPS PREPEND yk::)

  if(sources)
    add_library(yk_${name} STATIC ${sources})
    target_link_libraries(yk_${name} PUBLIC yk_options ${arg_DEPS} PRIVATE ${arg_THIRD})
  else()
    add_library(yk_${name} INTERFACE)
    target_link_libraries(yk_${name} INTERFACE yk_options ${arg_DEPS})
  endif()
  add_library(yk::${name} ALIAS yk_${name})

  if(YAKAN_TESTS AND tests)
    add_executable(yk_${name}_test ${tests})
    target_link_libraries(yk_${name}_test PRIVATE yk_${name} ${arg_TEST_DEPS} ${arg_THIRD} GTest::gmock GTest::gtest_main)
    set_target_properties(yk_${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(yk_${name}_test PRIVATE YAKAN_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                               YAKAN_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    add_test(NAME ${name} COMMAND yk_${name}_test)
    # A hung test has to end, a slow one need not: without optimisation, under a sanitizer and on a busy machine
    # what takes twelve seconds has taken five minutes.
    set_tests_properties(${name} PROPERTIES TIMEOUT 900)
  endif()
endfunction()
