# Switches, and the compiler flags every target shares.
if(CMAKE_SOURCE_DIR STREQUAL PROJECT_SOURCE_DIR)
    set(top ON)
else()
    set(top OFF)                                        # used by add_subdirectory: only the library
endif()

option(TUTTI_TESTS "build the tests (needs Check)" ${top})
option(TUTTI_EXAMPLES "build the example programs" ${top})
option(TUTTI_BENCH "build the benchmarks" ${top})
option(TUTTI_WERROR "warnings are errors (the presets switch it on)" OFF)
option(TUTTI_DEBUG "build with TT_DEBUG: poisoned values, lock ranks, birthplaces" OFF)
option(TUTTI_JITTER "random delays at atomic operations, to find races" OFF)
option(TUTTI_UCONTEXT "switch coroutines with ucontext instead of assembly" OFF)
set(TUTTI_SANITIZE "" CACHE STRING "sanitizers for everything built here: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND top)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "build type" FORCE)
endif()

check_language(CXX)                                     # only some tests are C++
if(CMAKE_CXX_COMPILER AND TUTTI_TESTS)
    enable_language(CXX)
endif()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# tutti_flags: language, warnings and sanitizers. Linked by all targets of this project, never installed.
add_library(tutti_flags INTERFACE)
set(c_only -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition)
target_compile_options(tutti_flags INTERFACE
    -fno-omit-frame-pointer
    -Wall -Wextra -Wshadow -Wconversion -Wundef -Wvla -Wpointer-arith -Wwrite-strings -Wformat-security
    "$<$<COMPILE_LANGUAGE:C>:${c_only}>"
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>      # a cut-off snprintf is meant; gcc warns by its guess
    $<$<BOOL:${TUTTI_WERROR}>:-Werror>)
target_compile_definitions(tutti_flags INTERFACE
    "$<$<COMPILE_LANGUAGE:C>:_GNU_SOURCE=>"           # empty, as a plain #define of it
    $<$<BOOL:${TUTTI_DEBUG}>:TT_DEBUG=1>
    $<$<BOOL:${TUTTI_JITTER}>:TT_JITTER=1>
    $<$<BOOL:${TUTTI_UCONTEXT}>:TT_UCONTEXT_=1>)
if(TUTTI_SANITIZE)
    target_compile_options(tutti_flags INTERFACE -fsanitize=${TUTTI_SANITIZE} -fno-sanitize-recover=undefined)
    target_link_options(tutti_flags INTERFACE -fsanitize=${TUTTI_SANITIZE})
endif()

# The language of every target in C.
function(tutti_c target)
    set_target_properties(${target} PROPERTIES C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS ON)
    target_link_libraries(${target} PRIVATE tutti_flags Threads::Threads)
endfunction()
